package io.webidentity.identity;

import java.util.Optional;

/** Roles of accounts that are kept beside them, in one map of a cluster. */
@FunctionalInterface
public interface RoleMap {
  /** A map without entries. */
  RoleMap EMPTY = account -> Optional.empty();

  /** The entry that decides about an account. Never blocks. */
  Optional<Entry> find(AccountKey account);

  /**
   * What the map says of accounts.
   *
   * @param key the key it has in the map, for findings
   * @param roleArn the role as it is written; empty for no role, which ends the search
   * @param audience audience of the token; empty for the flag's
   * @param regionalSts whether SDKs are told to use regional STS endpoints
   * @param tokenExpirationSeconds lifetime of the token, seconds; 0 for the flag's
   */
  record Entry(
      String key,
      String roleArn,
      String audience,
      boolean regionalSts,
      long tokenExpirationSeconds) {}
}
