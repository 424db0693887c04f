package io.webidentity.testing.cluster;

/** Whether the API server asks a webhook again about a pod that a later webhook has changed. */
public enum ReinvocationPolicy {
  /** It asks again. */
  IF_NEEDED("IfNeeded"),
  /** It does not. */
  NEVER("Never");

  private final String value;

  ReinvocationPolicy(String value) {
    this.value = value;
  }

  /** The value in a webhook configuration. */
  String value() {
    return value;
  }
}
