package io.webidentity.identity;

import org.jspecify.annotations.Nullable;

/**
 * The annotations of a ServiceAccount that decide about identities, as written there: neither
 * trimmed nor checked.
 *
 * @param roleArn {@code <prefix>/role-arn}; null where the account does not have it
 * @param audience {@code <prefix>/audience}; null where the account does not have it
 * @param tokenExpiration {@code <prefix>/token-expiration}; null where the account does not have it
 * @param stsRegionalEndpoints {@code <prefix>/sts-regional-endpoints}; null where the account does
 *     not have it
 */
public record AccountAnnotations(
    @Nullable String roleArn,
    @Nullable String audience,
    @Nullable String tokenExpiration,
    @Nullable String stsRegionalEndpoints) {
  /** Of an account that has none of them. */
  public static final AccountAnnotations NONE = new AccountAnnotations(null, null, null, null);
}
