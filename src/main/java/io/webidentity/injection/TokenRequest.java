package io.webidentity.injection;

/**
 * The projected ServiceAccount token of a volume.
 *
 * @param audience the token's {@code aud}
 * @param expirationSeconds lifetime asked for, seconds, 600 to 2^32 (the API server's limits)
 */
public record TokenRequest(String audience, long expirationSeconds) {}
