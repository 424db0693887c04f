package io.webidentity.injection;

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
    ContainerCredentialsSettings containerCredentials) {}
