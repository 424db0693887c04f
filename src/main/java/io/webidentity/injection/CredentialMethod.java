package io.webidentity.injection;

/**
 * A way in which an SDK finds credentials, as far as a pod shows it.
 *
 * @param volumeName name of the token's volume
 * @param tokenPath path of the token in the volume
 * @param mountPath where the volume is mounted, verbatim
 * @param source the variable that says what to ask for
 * @param tokenFile the variable that says where the token is
 */
record CredentialMethod(
    String volumeName,
    String tokenPath,
    String mountPath,
    SdkVariable source,
    SdkVariable tokenFile) {

  /** Web identity: the SDK exchanges the token for credentials of a role, at STS. */
  static CredentialMethod webIdentity(String mountPath) {
    return new CredentialMethod(
        "aws-iam-token",
        "token",
        mountPath,
        SdkVariable.ROLE_ARN,
        SdkVariable.WEB_IDENTITY_TOKEN_FILE);
  }

  /** The value of {@link #tokenFile}. On Windows the container sees the mount below {@code C:}. */
  String tokenFilePath(boolean windows) {
    String path = CleanPath.join(mountPath, tokenPath);
    return windows ? "C:" + path.replace('/', '\\') : path;
  }
}
