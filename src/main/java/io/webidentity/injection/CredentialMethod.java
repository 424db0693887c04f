package io.webidentity.injection;

import java.util.Optional;

/**
 * A way in which an SDK finds credentials, as far as a pod shows it.
 *
 * @param volumeName name of the token's volume
 * @param tokenPath path of the token in the volume
 * @param mountPath where the volume is mounted, verbatim
 * @param source the variable that says what to ask for
 * @param tokenFile the variable that says where the token is
 * @param podIdentity the value that pods get of {@link AnnotationKeys#POD_IDENTITY_LABEL}, if any
 */
record CredentialMethod(
    String volumeName,
    String tokenPath,
    String mountPath,
    SdkVariable source,
    SdkVariable tokenFile,
    Optional<String> podIdentity) {
  /** The value of {@link AnnotationKeys#POD_IDENTITY_LABEL}. */
  static final String POD_IDENTITY = "enabled";

  /** Web identity: the SDK exchanges the token for credentials of a role, at STS. */
  static CredentialMethod webIdentity(String mountPath) {
    return new CredentialMethod(
        "aws-iam-token",
        "token",
        mountPath,
        SdkVariable.ROLE_ARN,
        SdkVariable.WEB_IDENTITY_TOKEN_FILE,
        Optional.empty());
  }

  /** Container credentials: the SDK shows the token to an agent on the node. */
  static CredentialMethod container(ContainerCredentialsSettings settings) {
    return new CredentialMethod(
        settings.volumeName(),
        settings.tokenPath(),
        settings.mountPath(),
        SdkVariable.CONTAINER_CREDENTIALS_FULL_URI,
        SdkVariable.CONTAINER_AUTHORIZATION_TOKEN_FILE,
        Optional.of(POD_IDENTITY));
  }

  /** The same method, with its volume mounted there. */
  CredentialMethod mountedAt(String path) {
    return new CredentialMethod(volumeName, tokenPath, path, source, tokenFile, podIdentity);
  }

  /** The value of {@link #tokenFile}. On Windows the container sees the mount below {@code C:}. */
  String tokenFilePath(boolean windows) {
    String path = CleanPath.join(mountPath, tokenPath);
    return windows ? "C:" + path.replace('/', '\\') : path;
  }
}
