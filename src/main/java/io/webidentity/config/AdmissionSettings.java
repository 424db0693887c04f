package io.webidentity.config;

/**
 * Which requests beside the creation of pods are answered with more than "allowed".
 *
 * @param ephemeralContainers whether ephemeral containers get what their pod has
 */
public record AdmissionSettings(boolean ephemeralContainers) {
  /** None. */
  public static final AdmissionSettings NONE = new AdmissionSettings(false);
}
