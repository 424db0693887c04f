package io.webidentity.audit;

/** How an eviction ended. */
public enum EvictionResult {
  /** The pod is being deleted. */
  EVICTED("evicted"),
  /** A PodDisruptionBudget keeps it for now. */
  REFUSED("refused"),
  /** It was gone, or replaced by another one, already. */
  GONE("gone"),
  /** The API server did not do it for another reason, such as a missing right. */
  FAILED("failed");

  private final String code;

  EvictionResult(String code) {
    this.code = code;
  }

  /** The value of the metric's label. */
  public String code() {
    return code;
  }
}
