package io.webidentity.injection;

/**
 * How findings are put: a clause with places for their values, and the advice at its end. The
 * places are named as in {@link MessageTemplate}.
 *
 * @param template of the whole sentence
 * @param remedy what to do, in the imperative, without a full stop; empty for none
 */
record Wording(MessageTemplate template, String remedy) {
  /** A sentence that is there already. */
  static final Wording PROBLEM = new Wording(new MessageTemplate("{0}"), "");

  /** An identity that a role policy does not allow, of a pod that goes without. */
  static final Wording DENIED =
      policy("so the pod got no credentials", "have the role policy changed");

  /** The same, of a pod that is rejected. */
  static final Wording REJECTED = policy("so the pod is rejected", "have the role policy changed");

  /** The same, under a policy that only reports. */
  static final Wording AUDIT =
      policy("and will be denied when the role policy is enforced", "have it changed");

  Wording(String problem, String remedy) {
    this(new MessageTemplate(problem + ": " + remedy + "."), remedy);
  }

  private static Wording policy(String outcome, String remedy) {
    return new Wording(
        "{kind} \"{value}\" is not allowed in namespace \"{0}\" ({1}), " + outcome,
        "name another, or " + remedy);
  }
}
