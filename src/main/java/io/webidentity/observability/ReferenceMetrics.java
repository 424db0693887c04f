package io.webidentity.observability;

/**
 * The metrics of amazon-eks-pod-identity-webhook, for dashboards and alerts that were written for
 * it. Called for every request: an implementation neither blocks nor throws.
 */
public interface ReferenceMetrics {
  /** They are switched off. */
  ReferenceMetrics NONE = new UncountedMetrics();

  /** How a pod gets credentials; {@link #label} is the value of the label {@code method}. */
  enum Method {
    /** A role, by AssumeRoleWithWebIdentity. */
    WEB_IDENTITY("sts_web_identity"),
    /** What the agent on the node gives. */
    CONTAINER_CREDENTIALS("container_credentials");

    private final String label;

    Method(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /** A pod has an identity, whether or not it lacked anything of it. */
  void identified(Method method);

  /**
   * A pod was left without an identity because its ServiceAccount is not known, and could not be
   * looked up either.
   */
  void accountMissing();

  /**
   * A request to {@code POST /mutate} was answered.
   *
   * @param status of HTTP
   * @param nanos from its body read to its answer
   */
  void answered(int status, long nanos);

  /** The same for one refused while its body was being read: counted, in no distribution. */
  void refused(int status);

  /** Every series, in Prometheus' text format 0.0.4; empty when switched off. */
  String exposition();
}
