package io.webidentity.config;

/**
 * What an identity is made of where the ServiceAccount does not say.
 *
 * @param annotationPrefix prefix of every annotation read, without the slash, such as {@code
 *     eks.amazonaws.com}
 * @param audience audience of the token
 * @param tokenExpirationSeconds lifetime of the token, seconds, 600 or more (the API server's lower
 *     limit)
 * @param regionalSts whether SDKs are told to use regional STS endpoints
 */
public record IdentitySettings(
    String annotationPrefix, String audience, long tokenExpirationSeconds, boolean regionalSts) {}
