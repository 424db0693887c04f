package io.webidentity.account;

import io.webidentity.kubernetes.ObjectFinder;
import io.webidentity.kubernetes.ObjectLookup;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Knows the annotations of ServiceAccounts. */
public interface AccountFinder extends ObjectFinder<AccountKey, IdentityAnnotations> {
  /** Knows these accounts, and that there are no others. */
  static AccountFinder of(Map<AccountKey, IdentityAnnotations> accounts) {
    return of(
        accounts, account -> CompletableFuture.completedFuture(new ObjectLookup.NotFound<>()));
  }

  /**
   * Knows these accounts.
   *
   * @param others asks for those that are not among them
   */
  static AccountFinder of(
      Map<AccountKey, IdentityAnnotations> accounts,
      Function<AccountKey, CompletionStage<ObjectLookup<IdentityAnnotations>>> others) {
    Map<AccountKey, IdentityAnnotations> all = Map.copyOf(accounts);
    return new AccountFinder() {
      @Override
      public Optional<IdentityAnnotations> known(AccountKey account) {
        return Optional.ofNullable(all.get(account));
      }

      @Override
      public CompletionStage<ObjectLookup<IdentityAnnotations>> lookUpLive(AccountKey account) {
        return others.apply(account);
      }
    };
  }
}
