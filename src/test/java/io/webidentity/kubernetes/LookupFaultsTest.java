package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.account.AccountKey;
import io.webidentity.account.AccountKind;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.testing.Faults;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who waits for a look-up learns of whatever was thrown in it, and the next one asks again. */
class LookupFaultsTest {
  private static final Duration NEVER = Duration.ofMinutes(5);

  private final Faults faults = new Faults();

  @ParameterizedTest
  @MethodSource("io.webidentity.testing.Faults#all")
  void whoever_waits_learns_of_it(Throwable fault) throws Exception {
    try (LiveLookups<AccountKey, IdentityAnnotations> lookups =
        new LiveLookups<>(
            new AccountKind(new AnnotationKeys("example.com")),
            (_, _) -> {
              faults.look();
              return Optional.of(IdentityAnnotations.NONE);
            },
            NEVER,
            System::nanoTime)) {
      AccountKey account = new AccountKey("shop", "orders");
      faults.throwNext(fault);

      assertThat(lookups.lookUp(account).toCompletableFuture().get(30, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              ObjectLookup.Failed.class,
              failed -> assertThat(failed.result()).isEqualTo(LookupResult.FAILED));
      assertThat(lookups.lookUp(account).toCompletableFuture().get(30, TimeUnit.SECONDS))
          .isEqualTo(new ObjectLookup.Found<>(IdentityAnnotations.NONE));
    }
  }
}
