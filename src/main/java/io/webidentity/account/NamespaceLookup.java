package io.webidentity.account;

import io.webidentity.injection.Reason;

/** What is known of one Namespace. */
public sealed interface NamespaceLookup {
  /** Nothing is asked of Namespaces: they have no say. */
  NamespaceLookup NO_SAY = new Found(NamespaceProperties.NONE);

  /** It has these properties; one that does not exist has none. */
  record Found(NamespaceProperties namespace) implements NamespaceLookup {}

  /**
   * Nobody knows.
   *
   * @param reason why, of kind {@link Reason.Kind#ERROR}
   * @param message one sentence for logs and clients, without secrets
   */
  record Failed(Reason reason, String message) implements NamespaceLookup {}
}
