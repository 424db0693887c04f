package io.webidentity.identity;

import io.webidentity.account.AccountKey;
import io.webidentity.injection.Finding;
import java.util.Optional;

/** Roles of accounts that are kept beside them, in one map of a cluster. Thread-safe. */
@FunctionalInterface
public interface RoleMap {
  /** A map without entries. */
  RoleMap EMPTY = account -> Optional.empty();

  /** The entry that decides about an account. Never blocks. */
  Optional<Entry> find(AccountKey account);

  /** Whether it has been read once; before, nobody knows who has no entry. */
  default boolean ready() {
    return true;
  }

  /** Why what {@link #find} says of an account may not be what was meant. */
  default Optional<Finding> problem(AccountKey account) {
    return Optional.empty();
  }

  /**
   * What the map says of accounts.
   *
   * @param key the key it has in the map, for findings
   * @param roleArn the role as it is written; empty for no role, which ends the search
   * @param audience audience of the token; absent or empty for the flag's
   * @param regionalSts whether SDKs are told to use regional STS endpoints
   * @param tokenExpirationSeconds lifetime of the token, seconds, as it is written; 0 for the
   *     flag's
   */
  record Entry(
      String key,
      String roleArn,
      Optional<String> audience,
      boolean regionalSts,
      long tokenExpirationSeconds) {}
}
