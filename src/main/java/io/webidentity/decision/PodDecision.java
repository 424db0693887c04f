package io.webidentity.decision;

import io.webidentity.account.IdentityAnnotations;
import io.webidentity.identity.Resolution;
import io.webidentity.injection.Decision;
import io.webidentity.injection.Reason;
import io.webidentity.kubernetes.ObjectLookup;

/** What was decided about a new pod, and from what. */
public sealed interface PodDecision {
  /** The pod is left as it is, whoever it runs as; nobody was asked. */
  record Unasked(Decision.Skip decision) implements PodDecision {}

  /**
   * The pod's identity, or that it has none, decided.
   *
   * @param account what is known of the account
   * @param resolution which identity the sources and the role policy give the pod
   * @param decision what that comes to
   */
  record Decided(
      ObjectLookup<IdentityAnnotations> account, Resolution resolution, Decision decision)
      implements PodDecision {}

  /**
   * Nobody knows at the moment.
   *
   * @param account what is known of the account
   * @param reason why, of kind {@link Reason.Kind#ERROR}
   * @param message one sentence for logs and clients
   */
  record Undecided(ObjectLookup<IdentityAnnotations> account, Reason reason, String message)
      implements PodDecision {}
}
