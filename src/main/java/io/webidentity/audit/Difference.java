package io.webidentity.audit;

import io.webidentity.audit.PodCheck.Compared;
import java.time.Instant;
import java.util.List;

/**
 * A running pod that has something else than it would get today.
 *
 * @param pod its name
 * @param uid its UID
 * @param created when the API server created it
 * @param owner whom it belongs to
 * @param state of the worst container
 * @param worst the first container in that state
 * @param causes the likeliest first; never empty
 */
public record Difference(
    String namespace,
    String pod,
    String uid,
    Instant created,
    Owner owner,
    PodState state,
    Compared worst,
    List<Cause> causes) {
  public Difference {
    causes = List.copyOf(causes);
  }

  /** The likeliest cause. */
  public Cause cause() {
    return causes.getFirst();
  }
}
