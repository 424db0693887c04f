package io.webidentity.config;

import java.util.Optional;

/**
 * What an identity is made of where neither ServiceAccount nor Namespace says.
 *
 * @param annotationPrefix prefix of every annotation read, without the slash, such as {@code
 *     eks.amazonaws.com}
 * @param audience audience of the token
 * @param tokenExpirationSeconds lifetime of the token, seconds, 600 or more (the API server's lower
 *     limit)
 * @param regionalSts whether SDKs are told to use regional STS endpoints
 * @param region value of {@code AWS_REGION} and {@code AWS_DEFAULT_REGION}
 * @param containerCredentialsAudience audience of tokens for container credentials
 */
public record IdentitySettings(
    String annotationPrefix,
    String audience,
    long tokenExpirationSeconds,
    boolean regionalSts,
    Optional<String> region,
    String containerCredentialsAudience) {
  /** The shortest lifetime the API server takes, seconds. */
  public static final long SHORTEST_EXPIRATION_SECONDS = 600;

  /** The longest lifetime the API server takes, seconds: 2^32. */
  public static final long LONGEST_EXPIRATION_SECONDS = 1L << 32;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException for a prefix that is no DNS subdomain, an empty audience, or a
   *     lifetime the API server would refuse
   */
  public IdentitySettings {
    if (!DnsName.isSubdomain(annotationPrefix)) {
      throw new IllegalArgumentException("not a DNS subdomain: " + annotationPrefix);
    }
    if (audience.isEmpty() || containerCredentialsAudience.isEmpty()) {
      throw new IllegalArgumentException("empty audience");
    }
    if (tokenExpirationSeconds < SHORTEST_EXPIRATION_SECONDS
        || tokenExpirationSeconds > LONGEST_EXPIRATION_SECONDS) {
      throw new IllegalArgumentException("lifetime out of range: " + tokenExpirationSeconds);
    }
  }
}
