package io.webidentity.injection;

/**
 * How container credentials are injected.
 *
 * @param mountPath where the token's volume is mounted, verbatim
 * @param volumeName name of the token's volume
 * @param tokenPath path of the token in the volume
 * @param fullUri where SDKs ask for credentials: {@code AWS_CONTAINER_CREDENTIALS_FULL_URI}
 */
public record ContainerCredentialsSettings(
    String mountPath, String volumeName, String tokenPath, String fullUri) {
  /** Those of EKS. */
  public static final ContainerCredentialsSettings DEFAULT =
      new ContainerCredentialsSettings(
          "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount",
          "eks-pod-identity-token",
          "eks-pod-identity-token",
          "http://169.254.170.23/v1/credentials");
}
