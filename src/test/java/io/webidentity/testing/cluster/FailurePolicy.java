package io.webidentity.testing.cluster;

/** What the API server does with a pod when the webhook does not answer. */
public enum FailurePolicy {
  /** It rejects the pod. */
  FAIL("Fail"),
  /** It lets the pod through as it is. */
  IGNORE("Ignore");

  private final String value;

  FailurePolicy(String value) {
    this.value = value;
  }

  /** The value in a webhook configuration. */
  String value() {
    return value;
  }
}
