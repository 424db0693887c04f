package io.webidentity.account;

import io.webidentity.injection.Reason;

/** What asking for one ServiceAccount came to. */
public sealed interface AccountLookup {
  /** The account exists and has these annotations. */
  record Found(IdentityAnnotations annotations) implements AccountLookup {}

  /** The account does not exist; a pod of it counts as without annotations. */
  record NotFound() implements AccountLookup {}

  /**
   * Nobody knows: the request must not be answered with "allowed".
   *
   * @param reason why, of kind {@link Reason.Kind#ERROR}
   * @param message one sentence for logs and clients, without secrets
   */
  record Failed(Reason reason, String message) implements AccountLookup {}
}
