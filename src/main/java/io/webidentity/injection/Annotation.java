package io.webidentity.injection;

/**
 * A setting as a user wrote it: what a finding about it has to name.
 *
 * @param holder where it is written
 * @param key the whole key, prefix included, such as {@code eks.amazonaws.com/audience}
 * @param value the value, verbatim
 */
public record Annotation(Holder holder, String key, String value) {
  /** Where settings are read. */
  public enum Holder {
    POD("Pod annotation"),
    POD_LABEL("Pod label"),
    SERVICE_ACCOUNT("ServiceAccount annotation"),
    NAMESPACE("Namespace annotation"),
    ROLE_MAP("ConfigMap entry");

    private final String noun;

    Holder(String noun) {
      this.noun = noun;
    }

    /** What a setting there is called, by the names that Kubernetes uses. */
    public String noun() {
      return noun;
    }
  }
}
