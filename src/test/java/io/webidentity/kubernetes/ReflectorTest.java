package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.account.AccountKey;
import io.webidentity.account.AccountKind;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.kubernetes.FakeApiServer.Kind;
import io.webidentity.testing.Faults;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens to changes that were not taken, or that nobody waited for. */
@Timeout(120)
class ReflectorTest {
  private static final AccountKey ORDERS = new AccountKey("shop", "orders");
  private static final Map<String, String> OLD = Map.of("example.com/role-arn", "old");
  private static final Map<String, String> NEW = Map.of("example.com/role-arn", "new");

  private final FakeApiServer api = FakeApiServer.started();
  private final AtomicLong skippedNanos = new AtomicLong();
  private final Faults faults = new Faults();
  private final ClusterObjects<AccountKey, IdentityAnnotations> accounts =
      new ClusterObjects<>(
          new FaultyKind(new AccountKind(new AnnotationKeys("example.com")), faults),
          new AccountSourceSettings.Cluster(
              Optional.empty(), Optional.of(api.url()), Duration.ofMinutes(1)),
          Clock.systemUTC(),
          () -> System.nanoTime() + skippedNanos.get(),
          new PodCredentials(Map.of(), Path.of("none")));

  @AfterEach
  void stop() {
    accounts.close();
    api.close();
  }

  @ParameterizedTest
  @MethodSource("io.webidentity.testing.Faults#all")
  void a_change_that_got_lost_is_read_by_a_new_list(Throwable fault) throws Exception {
    api.put(ORDERS, OLD);
    accounts.start(() -> true);
    await().until(() -> accounts.ready() && api.openWatches() == 1);

    faults.throwNext(fault);
    api.put(ORDERS, NEW);
    await().until(() -> faults.thrown() == 1);
    skip(Duration.ofSeconds(10));

    await().until(() -> role().equals("new"));
    assertThat(api.count(Kind.LIST)).isEqualTo(2);
    assertThat(accounts.looks().orElseThrow().errors()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("io.webidentity.testing.Faults#all")
  void a_list_in_which_something_was_thrown_is_made_again(Throwable fault) throws Exception {
    api.put(ORDERS, OLD);
    faults.throwNext(fault);
    accounts.start(() -> true);

    await().until(accounts::ready);
    assertThat(faults.thrown()).isEqualTo(1);
    assertThat(role()).isEqualTo("old");
  }

  /** An age that grew would raise an alert for as long as nobody needs the objects. */
  @Test
  void a_watch_that_nobody_needs_has_no_age_and_ends_until_it_is_needed_again() throws Exception {
    AtomicBoolean needed = new AtomicBoolean(true);
    api.put(ORDERS, OLD);
    accounts.start(needed::get);
    await().until(() -> accounts.ready() && api.openWatches() == 1);
    assertThat(accounts.statistics().watchAge()).isPresent();

    needed.set(false);
    await().until(() -> accounts.statistics().watchAge().isEmpty());
    api.put(ORDERS, NEW);
    needed.set(true);

    await().until(() -> role().equals("new"));
    assertThat(accounts.statistics().watchAge()).isPresent();
    assertThat(api.count(Kind.LIST)).isEqualTo(2);
  }

  private String role() {
    return accounts.known(ORDERS).map(IdentityAnnotations::roleArn).orElse("");
  }

  private void skip(Duration time) {
    skippedNanos.addAndGet(time.toNanos());
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(20));
  }

  /** Accounts of which every reading is a look. */
  private record FaultyKind(AccountKind kind, Faults faults)
      implements ObjectKind<AccountKey, IdentityAnnotations> {
    @Override
    public IdentityAnnotations properties(ApiObject object) {
      faults.look();
      return kind.properties(object);
    }

    @Override
    public String noun() {
      return kind.noun();
    }

    @Override
    public String loop() {
      return kind.loop();
    }

    @Override
    public String resource() {
      return kind.resource();
    }

    @Override
    public boolean possible(AccountKey key) {
      return kind.possible(key);
    }

    @Override
    public String collection() {
      return kind.collection();
    }

    @Override
    public String path(AccountKey key) {
      return kind.path(key);
    }

    @Override
    public IdentityAnnotations nothing() {
      return kind.nothing();
    }

    @Override
    public long characters(IdentityAnnotations properties) {
      return kind.characters(properties);
    }

    @Override
    public boolean hasRole(IdentityAnnotations properties) {
      return kind.hasRole(properties);
    }

    @Override
    public boolean settled(IdentityAnnotations properties) {
      return kind.settled(properties);
    }
  }
}
