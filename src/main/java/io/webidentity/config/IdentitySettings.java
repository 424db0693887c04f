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
    String annotationPrefix, String audience, long tokenExpirationSeconds, boolean regionalSts) {
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
    if (audience.isEmpty()) {
      throw new IllegalArgumentException("empty audience");
    }
    if (tokenExpirationSeconds < SHORTEST_EXPIRATION_SECONDS
        || tokenExpirationSeconds > LONGEST_EXPIRATION_SECONDS) {
      throw new IllegalArgumentException("lifetime out of range: " + tokenExpirationSeconds);
    }
  }
}
