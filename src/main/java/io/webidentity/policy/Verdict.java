package io.webidentity.policy;

/** What a policy says of an identity. */
public sealed interface Verdict {
  /**
   * Pods may have it.
   *
   * @param by what allows it, for people: a rule or an annotation
   */
  record Allowed(String by) implements Verdict {}

  /**
   * Pods may not have it.
   *
   * @param aspect what of it
   * @param because a clause for people that says what decided, such as {@code rule 'team-a' does
   *     not allow it}
   */
  record Denied(Aspect aspect, String because) implements Verdict {}
}
