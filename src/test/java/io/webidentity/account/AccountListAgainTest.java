package io.webidentity.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.config.AccountSourceSettings;
import io.webidentity.kubernetes.FakeApiServer;
import io.webidentity.kubernetes.FakeApiServer.Kind;
import io.webidentity.kubernetes.ListAgain;
import io.webidentity.kubernetes.PodCredentials;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link ServiceAccounts#listAgain} of a cluster's accounts. */
@Timeout(120)
class AccountListAgainTest {
  private static final AccountKey ORDERS = new AccountKey("shop", "orders");
  private static final AccountKey OTHER = new AccountKey("shop", "other");
  private static final AccountKey PLAIN = new AccountKey("shop", "plain");
  private static final Map<String, String> NOTHING = Map.of();
  private static final Map<String, String> ROLE = Map.of("example.com/role-arn", "r");
  private static final IdentityAnnotations WITH_ROLE =
      new IdentityAnnotations("r", null, null, null, SessionAnnotations.NONE);

  private final FakeApiServer api = FakeApiServer.started();
  private final ClusterServiceAccounts accounts =
      new ClusterServiceAccounts(
          new AccountSourceSettings.Cluster(
              Optional.empty(), Optional.of(api.url()), Duration.ofMinutes(1)),
          "example.com",
          Clock.systemUTC(),
          System::nanoTime,
          new PodCredentials(Map.of(), Path.of("none")));

  @AfterEach
  void stop() {
    accounts.close();
    api.close();
  }

  @Test
  void until_everything_is_read_again_all_stays_known() throws Exception {
    IntStream.range(0, 1201).forEach(i -> api.put(numbered(i), i % 3 == 0 ? ROLE : NOTHING));
    startAndList();
    api.answer(Kind.PAGE, FakeApiServer.HANG);
    int pages = api.count(Kind.PAGE);

    assertThat(accounts.listAgain()).isEqualTo(ListAgain.STARTED);
    await().until(() -> api.count(Kind.PAGE) > pages);
    assertThat(accounts.listAgain()).isEqualTo(ListAgain.UNDER_WAY);

    assertThat(accounts.ready()).isTrue();
    assertThat(accounts.statistics().known()).isEqualTo(1201);
    assertThat(IntStream.range(0, 401).mapToObj(i -> accounts.known(numbered(3 * i))))
        .allSatisfy(known -> assertThat(known).contains(WITH_ROLE));
    assertThat(accounts.annotated()).hasSize(401).containsEntry("team-0/account-3", WITH_ROLE);
    api.answer(Kind.PAGE, 200);
    await().until(() -> accounts.listAgain() == ListAgain.STARTED);
    await().until(() -> api.count(Kind.LIST) == 3);
  }

  @Test
  void what_changed_meanwhile_counts_and_what_is_gone_goes() throws Exception {
    api.put(ORDERS, NOTHING);
    api.put(OTHER, ROLE);
    api.put(PLAIN, NOTHING);
    startAndList();
    api.answer(Kind.LIST, FakeApiServer.HANG);
    accounts.listAgain();
    await().until(() -> api.count(Kind.LIST) == 2);

    api.put(ORDERS, ROLE);
    api.delete(OTHER);
    assertThat(accounts.known(OTHER)).contains(WITH_ROLE);
    api.answer(Kind.LIST, 200);

    await().until(() -> accounts.statistics().known() == 2);
    assertThat(accounts.known(ORDERS)).contains(WITH_ROLE);
    assertThat(accounts.statistics().annotated()).isEqualTo(1);
    await().until(() -> accounts.known(PLAIN).isPresent());
    assertThat(api.count(Kind.GET)).isZero();
  }

  @Test
  void afterwards_one_watch_delivers_changes() throws Exception {
    api.put(OTHER, ROLE);
    startAndList();
    await().until(() -> api.openWatches() == 1);
    accounts.listAgain();
    await().until(() -> api.count(Kind.WATCH) == 2);

    api.put(ORDERS, ROLE);
    await().until(() -> accounts.known(ORDERS).isPresent());
    api.delete(OTHER);
    await().until(() -> accounts.known(OTHER).isEmpty());
    await()
        .until(() -> {
          api.bookmark(); // The server notices that a watch is gone when it writes next.
          return api.openWatches() == 1;
        });
  }

  @ParameterizedTest
  @CsvSource({"LIST,403", "LIST,503", "PAGE,410", "PAGE,500"})
  void a_list_that_fails_changes_nothing_and_is_made_again(Kind kind, int status) throws Exception {
    IntStream.range(0, 600).forEach(i -> api.put(numbered(i), ROLE));
    startAndList();
    api.answer(kind, status);
    int before = api.count(kind);

    accounts.listAgain();
    await().until(() -> api.count(kind) > before + 1);
    api.delete(numbered(0));
    assertThat(accounts.statistics().known()).isEqualTo(600);
    assertThat(accounts.known(numbered(599))).contains(WITH_ROLE);
    assertThat(accounts.listAgain()).isEqualTo(ListAgain.UNDER_WAY);
    api.answer(kind, 200);

    await().until(() -> accounts.statistics().known() == 599);
    await().until(() -> accounts.listAgain() == ListAgain.STARTED);
  }

  @Test
  void again_and_again_while_accounts_change_ends_with_what_is_there() throws Exception {
    IntStream.range(0, 600).forEach(i -> api.put(numbered(i), ROLE));
    startAndList();
    for (int i = 0; i < 30; i++) {
      api.put(ORDERS, i % 2 == 0 ? ROLE : NOTHING);
      if (i % 3 == 0) {
        api.delete(numbered(i));
      }
      accounts.listAgain();
      assertThat(accounts.known(numbered(599))).contains(WITH_ROLE);
    }
    api.put(PLAIN, ROLE);

    await().until(() -> accounts.known(PLAIN).isPresent());
    await().until(() -> accounts.statistics().known() == 592);
    assertThat(accounts.statistics().annotated()).isEqualTo(591);
    assertThat(accounts.annotated()).doesNotContainKey(ORDERS.toString());
  }

  @Test
  void before_the_first_list_and_after_the_end_there_is_nothing_to_do() throws Exception {
    assertThat(accounts.listAgain()).isEqualTo(ListAgain.UNDER_WAY);
    api.answer(Kind.LIST, FakeApiServer.HANG);
    accounts.start();
    await().until(() -> api.count(Kind.LIST) == 1);
    assertThat(accounts.listAgain()).isEqualTo(ListAgain.UNDER_WAY);
    assertThat(accounts.ready()).isFalse();

    accounts.close();
    assertThat(accounts.listAgain()).isEqualTo(ListAgain.UNDER_WAY);
    assertThat(api.count(Kind.LIST)).isEqualTo(1);
  }

  private void startAndList() throws UnusableContentException {
    accounts.start();
    await().until(accounts::ready);
  }

  private static AccountKey numbered(int i) {
    return new AccountKey("team-" + i / 10, "account-" + i);
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(30));
  }
}
