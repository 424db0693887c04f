package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.account.AccountKey;
import io.webidentity.account.ClusterServiceAccounts;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.SessionAnnotations;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.kubernetes.FakeApiServer.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine's clock that is set while the webhook runs: ages are not measured with it. */
@Timeout(120)
class ClockJumpTest {
  private static final AccountKey OLD = new AccountKey("shop", "old");
  private static final AccountKey PLAIN = new AccountKey("shop", "plain");
  private static final AccountKey FRESH = new AccountKey("shop", "fresh");
  private static final Map<String, String> ROLE = Map.of("example.com/role-arn", "r");
  private static final IdentityAnnotations WITH_ROLE =
      new IdentityAnnotations("r", null, null, null, SessionAnnotations.NONE);
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private final FakeApiServer api = FakeApiServer.started();
  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);

  @TempDir Path pod;

  @AfterEach
  void stop() {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, -1})
  void a_clock_that_is_set_by_an_hour_changes_no_decision(long hours) throws Exception {
    api.put(OLD, ROLE);
    api.put(PLAIN, Map.of());
    Files.writeString(pod.resolve("token"), "first");
    try (ClusterServiceAccounts accounts = connected()) {
      accounts.start();
      await().until(accounts::ready);
      await().until(() -> api.openWatches() == 1);

      now.set(NOW.plus(Duration.ofHours(hours)));
      Files.writeString(pod.resolve("token"), "second");
      api.put(FRESH, Map.of(), NOW);

      assertThat(accounts.known(OLD)).contains(WITH_ROLE);
      assertThat(accounts.known(PLAIN)).contains(IdentityAnnotations.NONE);
      await().until(() -> accounts.statistics().known() == 3);
      assertThat(accounts.known(FRESH)).as("seen just now").isEmpty();
      api.put(FRESH, ROLE, NOW);
      assertThat(lookUp(accounts, FRESH)).isEqualTo(new ObjectLookup.Found<>(WITH_ROLE));
      assertThat(api.lastAuthorization()).isEqualTo("Bearer second");
      assertThat(accounts.statistics().watching()).isTrue();

      int lists = api.count(Kind.LIST);
      api.expireWatches();
      await().until(() -> api.count(Kind.LIST) > lists);
      await().until(() -> accounts.statistics().watching());
      assertThat(accounts.known(PLAIN)).contains(IdentityAnnotations.NONE);
      assertThat(accounts.known(FRESH)).contains(WITH_ROLE);
    }
  }

  private ClusterServiceAccounts connected() {
    return new ClusterServiceAccounts(
        new AccountSourceSettings.Cluster(
            Optional.empty(), Optional.of(api.url()), Duration.ofSeconds(2)),
        "example.com",
        clock(),
        System::nanoTime,
        new PodCredentials(Map.of(), pod));
  }

  private Clock clock() {
    InstantSource source = now::get;
    return source.withZone(ZoneOffset.UTC);
  }

  private static ObjectLookup<IdentityAnnotations> lookUp(
      ClusterServiceAccounts accounts, AccountKey account) {
    return accounts.lookUpLive(account).toCompletableFuture().join();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(30));
  }
}
