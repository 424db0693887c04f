package io.webidentity.identity;

import io.webidentity.account.AccountKey;

/** The accounts whose pods get container credentials, whatever role they are annotated with. */
@FunctionalInterface
public interface ContainerCredentialsAccounts {
  /** No account. */
  ContainerCredentialsAccounts NONE = account -> false;

  /** Whether this account is one of them. Never blocks. */
  boolean contains(AccountKey account);
}
