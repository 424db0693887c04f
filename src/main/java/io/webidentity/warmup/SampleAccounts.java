package io.webidentity.warmup;

import io.webidentity.identity.AccountKey;
import io.webidentity.identity.AccountLookup;
import io.webidentity.identity.IdentityAnnotations;
import io.webidentity.identity.ObjectStatistics;
import io.webidentity.identity.ObjectStatistics.LookupResult;
import io.webidentity.identity.Rereading;
import io.webidentity.identity.ServiceAccounts;
import io.webidentity.identity.SessionAnnotations;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The ServiceAccounts of the warm-up's reviews: one with a role, any other without. Nobody is asked
 * for them.
 */
public final class SampleAccounts implements ServiceAccounts {
  /** Name of the account with a role, in whatever namespace. */
  static final String WITH_ROLE = "with-role";

  /** Name of an account without. */
  static final String WITHOUT_ROLE = "without-role";

  private static final IdentityAnnotations ROLE =
      new IdentityAnnotations(
          "arn:aws:iam::111122223333:role/warm-up", null, null, null, SessionAnnotations.NONE);

  @Override
  public void start() {
    // There is nothing to read.
  }

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public Optional<IdentityAnnotations> known(AccountKey account) {
    return Optional.of(account.name().equals(WITH_ROLE) ? ROLE : IdentityAnnotations.NONE);
  }

  @Override
  public CompletionStage<AccountLookup> lookUpLive(AccountKey account) {
    return CompletableFuture.completedFuture(new AccountLookup.NotFound());
  }

  @Override
  public SortedMap<String, IdentityAnnotations> annotated() {
    return Collections.emptySortedMap();
  }

  @Override
  public Rereading reread() {
    return Rereading.ALWAYS;
  }

  @Override
  public ObjectStatistics statistics() {
    return new ObjectStatistics(
        0,
        0,
        Optional.empty(),
        true,
        Arrays.stream(LookupResult.values())
            .collect(Collectors.toMap(Function.identity(), _ -> 0L)));
  }

  @Override
  public void close() {
    // Nothing was started.
  }
}
