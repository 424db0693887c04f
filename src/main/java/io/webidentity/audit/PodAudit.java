package io.webidentity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.audit.PodCheck.Checked;
import io.webidentity.decision.UndecidedException;
import io.webidentity.identity.Trail;
import io.webidentity.injection.MalformedPodException;
import java.util.List;
import java.util.Optional;

/** Looks at pods one after the other. It keeps nothing of them but their number. */
public final class PodAudit {
  private final ClusterView cluster;
  private final PodCheck check;
  private final Causes causes;
  private long pods;
  private long undecided;

  /** Has seen no pod. */
  public PodAudit(ClusterView cluster, PodCheck check, Causes causes) {
    this.cluster = cluster;
    this.check = check;
    this.causes = causes;
  }

  /** Looks at a pod. One that is being deleted has nothing to be mended. */
  Optional<Difference> look(JsonNode pod) {
    JsonNode metadata = pod.path("metadata");
    if (metadata.has("deletionTimestamp")) {
      return Optional.empty();
    }
    pods++;
    String namespace = metadata.path("namespace").asText("");
    Trail trail = Trail.complete();
    Checked checked;
    try {
      checked = check.check(pod, namespace, trail);
    } catch (MalformedPodException | UndecidedException _) {
      undecided++;
      return Optional.empty();
    }
    PodState state = checked.state();
    if (state == PodState.AS_DECIDED) {
      return Optional.empty();
    }
    List<Cause> why = causes.of(pod, checked.outcome().account(), state, trail);
    return Optional.of(
        new Difference(
            namespace,
            metadata.path("name").asText(""),
            metadata.path("uid").asText(""),
            Causes.created(pod),
            cluster.owner(pod, namespace),
            state,
            checked.worst(),
            why));
  }

  /** How many pods were looked at. */
  long pods() {
    return pods;
  }

  /** About how many of them nothing could be decided. */
  long undecided() {
    return undecided;
  }
}
