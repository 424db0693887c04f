package io.webidentity.warmup;

import io.webidentity.account.AccountFinder;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.SessionAnnotations;
import io.webidentity.kubernetes.ObjectLookup;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The ServiceAccounts of the warm-up's reviews: one with a role, any other without. Nobody is asked
 * for them.
 */
public final class SampleAccounts implements AccountFinder {
  /** Name of the account with a role, in whatever namespace. */
  static final String WITH_ROLE = "with-role";

  /** Name of an account without. */
  static final String WITHOUT_ROLE = "without-role";

  private static final IdentityAnnotations ROLE =
      new IdentityAnnotations(
          "arn:aws:iam::111122223333:role/warm-up", null, null, null, SessionAnnotations.NONE);

  @Override
  public Optional<IdentityAnnotations> known(AccountKey account) {
    return Optional.of(account.name().equals(WITH_ROLE) ? ROLE : IdentityAnnotations.NONE);
  }

  @Override
  public CompletionStage<ObjectLookup<IdentityAnnotations>> lookUpLive(AccountKey account) {
    return CompletableFuture.completedFuture(new ObjectLookup.NotFound<>());
  }
}
