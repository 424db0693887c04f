package io.webidentity.injection;

import java.util.Set;

/**
 * What is injected beside the identity.
 *
 * @param annotationPrefix prefix of the pod annotations and labels read, without the slash
 * @param tokenMountPath where the token's volume is mounted for web identity, verbatim
 * @param containerCredentials how container credentials are injected
 */
public record InjectionSettings(
    String annotationPrefix,
    String tokenMountPath,
    ContainerCredentialsSettings containerCredentials) {
  /** Names of the volumes of tokens that pods are given; a suffix such as {@code -2} may follow. */
  public Set<String> tokenVolumeNames() {
    return Set.of(
        CredentialMethod.webIdentity(tokenMountPath).volumeName(),
        CredentialMethod.container(containerCredentials).volumeName());
  }
}
