package io.webidentity.shadow;

/** How a comparison ended. */
public enum ComparisonResult {
  /** Neither webhook changes the pod. */
  UNCHANGED("unchanged"),
  /** Both make the same pod of it, or both reject it. */
  SAME("same"),
  /** The pods differ in nothing but an order that Kubernetes gives no meaning. */
  ORDER("order"),
  /** The pods differ. */
  DIFFERENT("different"),
  /** One webhook allows the pod, the other does not. */
  VERDICT("verdict"),
  /** This webhook had no decision: it would have answered with an error. */
  UNDECIDED("undecided"),
  /** The other webhook gave no answer that an API server could use. */
  FAILED("failed"),
  /** There were too many to compare, or the review was too large. */
  DROPPED("dropped");

  private final String code;

  ComparisonResult(String code) {
    this.code = code;
  }

  /** The word in metrics and logs. */
  public String code() {
    return code;
  }
}
