package io.webidentity.config;

/**
 * What operators can see beside the server's own metrics and log.
 *
 * @param compatibleMetrics whether the metrics of amazon-eks-pod-identity-webhook are shown, too
 * @param debugging who may use the debugging handlers
 */
public record ObservationSettings(boolean compatibleMetrics, Debugging debugging) {
  /** Nothing. */
  public static final ObservationSettings NONE = new ObservationSettings(false, Debugging.OFF);

  /** Who may use the debugging handlers. */
  public enum Debugging {
    /** Nobody: there are none. */
    OFF,
    /** Whoever asks from the machine or pod that the server runs in. */
    FROM_LOOPBACK,
    /** Whoever reaches the metrics port. */
    FROM_ANYWHERE
  }
}
