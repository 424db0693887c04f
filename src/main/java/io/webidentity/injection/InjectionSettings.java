package io.webidentity.injection;

import java.util.Optional;

/**
 * What is injected beside the identity.
 *
 * @param annotationPrefix prefix of the pod annotations and labels read, without the slash
 * @param tokenMountPath where the token's volume is mounted, verbatim
 * @param defaultRegion value of {@code AWS_REGION} and {@code AWS_DEFAULT_REGION}
 */
public record InjectionSettings(
    String annotationPrefix, String tokenMountPath, Optional<String> defaultRegion) {}
