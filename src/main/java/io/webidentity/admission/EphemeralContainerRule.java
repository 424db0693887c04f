package io.webidentity.admission;

/** What becomes of updates of {@code pods/ephemeralcontainers}, such as {@code kubectl debug}. */
public enum EphemeralContainerRule {
  /** They are none of this webhook's business. */
  IGNORE,
  /** New ephemeral containers get what their pod has. */
  INJECT
}
