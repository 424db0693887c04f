package io.webidentity.injection;

/**
 * A setting as a user wrote it: what a finding about it has to name.
 *
 * @param holder the object that carries it
 * @param key the whole key, prefix included, such as {@code eks.amazonaws.com/audience}
 * @param value the value, verbatim
 */
public record Annotation(Holder holder, String key, String value) {
  /** Objects whose annotations are read. */
  public enum Holder {
    POD("Pod"),
    SERVICE_ACCOUNT("ServiceAccount");

    private final String kind;

    Holder(String kind) {
      this.kind = kind;
    }

    /** The kind as Kubernetes writes it. */
    public String kind() {
      return kind;
    }
  }
}
