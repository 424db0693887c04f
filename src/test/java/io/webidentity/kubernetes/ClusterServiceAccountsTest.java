package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webidentity.account.AccountKey;
import io.webidentity.account.ClusterServiceAccounts;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.SessionAnnotations;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.kubernetes.FakeApiServer.Kind;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ClusterServiceAccountsTest {
  private static final AccountKey ORDERS = new AccountKey("shop", "orders");
  private static final Map<String, String> NOTHING = Map.of();
  private static final Map<String, String> ROLE = Map.of("example.com/role-arn", "r");
  private static final IdentityAnnotations WITH_ROLE =
      new IdentityAnnotations("r", null, null, null, SessionAnnotations.NONE);
  private static final ObjectLookup<IdentityAnnotations> FOUND =
      new ObjectLookup.Found<>(WITH_ROLE);
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private final FakeApiServer api = FakeApiServer.stopped();
  private final AtomicLong skippedNanos = new AtomicLong();
  private ClusterServiceAccounts accounts = connectedTo(Duration.ofMinutes(1));

  @TempDir Path pod;

  @AfterEach
  void stop() {
    accounts.close();
    api.close();
  }

  @Test
  void every_page_of_the_first_list_is_read_before_it_is_ready() throws Exception {
    IntStream.range(0, 1201).forEach(i -> api.put(numbered(i), i % 3 == 0 ? ROLE : NOTHING));
    api.answer(Kind.PAGE, FakeApiServer.HANG);
    start();

    await().until(() -> api.count(Kind.PAGE) == 1);
    assertThat(accounts.ready()).isFalse();
    api.answer(Kind.PAGE, 200);

    await().until(accounts::ready);
    assertThat(IntStream.range(0, 1201).mapToObj(i -> accounts.known(numbered(i))))
        .allSatisfy(known -> assertThat(known).isPresent());
    assertThat(accounts.known(numbered(1))).contains(IdentityAnnotations.NONE);
    assertThat(accounts.known(numbered(3))).contains(WITH_ROLE);
    assertThat(accounts.statistics().known()).isEqualTo(1201);
    assertThat(accounts.statistics().annotated()).isEqualTo(401);
    assertThat(api.count(Kind.LIST) + api.count(Kind.PAGE)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {410, 500, 503})
  void a_list_that_fails_half_way_is_made_again(int status) throws Exception {
    IntStream.range(0, 600).forEach(i -> api.put(numbered(i), ROLE));
    api.answer(Kind.PAGE, status);
    start();
    await().until(() -> api.count(Kind.PAGE) > 0);
    assertThat(accounts.ready()).isFalse();

    api.delete(numbered(0));
    api.answer(Kind.PAGE, 200);

    await().until(accounts::ready);
    await().until(() -> accounts.statistics().known() == 599);
    assertThat(accounts.known(numbered(0))).isEmpty();
  }

  @Test
  void changes_and_deletions_are_seen() throws Exception {
    AccountKey other = new AccountKey("shop", "other");
    api.put(ORDERS, NOTHING);
    api.put(other, ROLE);
    startAndList();
    assertThat(accounts.known(ORDERS)).contains(IdentityAnnotations.NONE);

    api.put(ORDERS, ROLE);
    api.delete(other);

    await().until(() -> accounts.statistics().known() == 1);
    assertThat(accounts.known(ORDERS)).contains(WITH_ROLE);
    assertThat(accounts.known(other)).isEmpty();
    assertThat(accounts.statistics().annotated()).isEqualTo(1);
  }

  @Test
  void an_account_without_a_role_is_known_only_a_while_after_it_was_seen_to_change()
      throws Exception {
    startAndList();

    api.put(ORDERS, NOTHING);
    await().until(() -> accounts.statistics().known() == 1);
    assertThat(accounts.known(ORDERS)).isEmpty();

    skip(ObjectStore.JUST_NOW.plusSeconds(2));
    assertThat(accounts.known(ORDERS)).contains(IdentityAnnotations.NONE);
  }

  @Test
  void an_account_of_the_first_list_without_a_role_is_known_unless_it_is_new() throws Exception {
    AccountKey fresh = new AccountKey("shop", "fresh");
    AccountKey future = new AccountKey("shop", "future");
    api.put(ORDERS, NOTHING, NOW.minusSeconds(11));
    api.put(fresh, NOTHING, NOW.minusSeconds(9));
    api.put(future, NOTHING, NOW.plusSeconds(60));
    startAndList();

    assertThat(accounts.known(ORDERS)).contains(IdentityAnnotations.NONE);
    assertThat(accounts.known(fresh)).isEmpty();
    assertThat(accounts.known(future)).isEmpty();
  }

  @Test
  void a_watch_that_is_silent_for_too_long_is_not_trusted_until_a_bookmark_comes()
      throws Exception {
    AccountKey other = new AccountKey("shop", "other");
    api.put(ORDERS, NOTHING);
    api.put(other, ROLE);
    startAndList();
    assertThat(accounts.statistics().watching()).isTrue();

    skip(WatchAge.SILENCE_LIMIT.plusSeconds(1));
    assertThat(accounts.known(ORDERS)).isEmpty();
    assertThat(accounts.known(other)).contains(WITH_ROLE);
    assertThat(accounts.statistics().watching()).isFalse();
    assertThat(accounts.statistics().watchAge())
        .hasValueSatisfying(age -> assertThat(age).isGreaterThan(Duration.ofSeconds(150)));

    await()
        .until(() -> {
          api.bookmark();
          return accounts.statistics().watching();
        });
    assertThat(accounts.known(ORDERS)).contains(IdentityAnnotations.NONE);
  }

  @Test
  void a_watch_that_is_silent_for_too_long_is_opened_again_once() throws Exception {
    startAndList();
    await().until(() -> api.openWatches() == 1);

    skip(WatchAge.SILENCE_LIMIT.plusSeconds(1));

    await().until(() -> api.count(Kind.WATCH) == 2);
    api.put(ORDERS, ROLE);
    await().until(() -> accounts.known(ORDERS).isPresent());
    assertThat(api.count(Kind.WATCH)).isEqualTo(2);
    assertThat(api.count(Kind.LIST)).isEqualTo(1);
  }

  @Test
  void after_a_watch_that_ended_the_next_one_goes_on_from_the_last_change() throws Exception {
    startAndList();
    api.put(ORDERS, ROLE);
    await().until(() -> accounts.statistics().known() == 1);

    api.dropWatches();
    api.put(new AccountKey("shop", "other"), ROLE);

    await().until(() -> accounts.statistics().known() == 2);
    assertThat(api.count(Kind.LIST)).isEqualTo(1);
  }

  @Test
  void what_changed_beyond_the_history_of_the_api_server_is_listed_again() throws Exception {
    AccountKey other = new AccountKey("shop", "other");
    AccountKey old = new AccountKey("shop", "old");
    api.put(ORDERS, ROLE);
    api.put(old, NOTHING);
    startAndList();

    api.answer(Kind.WATCH, 503);
    api.dropWatches();
    api.delete(ORDERS);
    api.put(other, NOTHING);
    api.compact();
    api.answer(Kind.WATCH, 200);

    await().until(() -> accounts.known(ORDERS).isEmpty());
    assertThat(accounts.statistics().known()).isEqualTo(2);
    assertThat(api.count(Kind.LIST)).isEqualTo(2);
    assertThat(accounts.ready()).isTrue();
    assertThat(accounts.known(other)).as("new since the list before").isEmpty();
    assertThat(accounts.known(old)).as("unchanged").contains(IdentityAnnotations.NONE);
  }

  @ParameterizedTest
  @CsvSource({"LIST, 403", "LIST, 500", "PAGE, 403"})
  void lists_that_fail_are_no_signs_of_life(Kind kind, int status) throws Exception {
    IntStream.range(0, 600).forEach(i -> api.put(numbered(i), NOTHING));
    startAndList();
    await().until(() -> api.openWatches() == 1);

    api.answer(kind, status);
    api.answer(Kind.WATCH, 410);
    api.dropWatches();
    int before = api.count(kind);
    await().until(() -> api.count(kind) > before);
    skip(WatchAge.SILENCE_LIMIT.plusSeconds(1));
    int failed = api.count(kind);
    await().until(() -> api.count(kind) > failed + 1);

    assertThat(accounts.statistics().watchAge())
        .hasValueSatisfying(age -> assertThat(age).isGreaterThan(WatchAge.SILENCE_LIMIT));
    assertThat(accounts.statistics().watching()).isFalse();
    assertThat(accounts.known(numbered(0))).isEmpty();
    api.put(numbered(0), ROLE);
    assertThat(lookUp(numbered(0))).isEqualTo(FOUND);
  }

  @Test
  void a_watch_that_cannot_be_opened_again_is_not_trusted_until_it_is() throws Exception {
    AccountKey other = new AccountKey("shop", "other");
    api.put(ORDERS, NOTHING);
    api.put(other, NOTHING);
    startAndList();
    await().until(() -> api.openWatches() == 1);

    api.answer(Kind.WATCH, 403);
    api.dropWatches();
    await().until(() -> api.count(Kind.WATCH) > 1);
    api.put(ORDERS, ROLE);
    skip(WatchAge.RECONNECT_LIMIT.plusSeconds(1));

    await().until(() -> accounts.known(ORDERS).isEmpty());
    assertThat(lookUp(ORDERS)).isEqualTo(FOUND);
    assertThat(accounts.statistics().watching()).isFalse();
    assertThat(accounts.statistics().watchAge())
        .hasValueSatisfying(age -> assertThat(age).isLessThan(WatchAge.SILENCE_LIMIT));
    api.answer(Kind.GET, 403);
    assertThat(lookUp(other))
        .as("seen")
        .isEqualTo(new ObjectLookup.Found<>(IdentityAnnotations.NONE));

    api.answer(Kind.WATCH, 200);
    await().until(() -> accounts.statistics().watching());
    await().until(() -> accounts.known(ORDERS).filter(WITH_ROLE::equals).isPresent());
    assertThat(accounts.known(other)).contains(IdentityAnnotations.NONE);
  }

  @Test
  void an_open_watch_is_trusted_for_longer_than_a_reconnect_takes() throws Exception {
    api.put(ORDERS, NOTHING);
    startAndList();
    await().until(() -> api.openWatches() == 1);

    skip(WatchAge.SILENCE_LIMIT.minusSeconds(60));

    await().until(() -> accounts.known(ORDERS).isPresent());
    assertThat(accounts.statistics().watching()).isTrue();
  }

  @Test
  void an_error_on_the_watch_is_no_sign_of_life() throws Exception {
    startAndList();
    await().until(() -> api.openWatches() == 1);
    skip(Duration.ofSeconds(100));

    api.answer(Kind.LIST, 403);
    api.expireWatches();
    await().until(() -> api.count(Kind.LIST) > 1);

    assertThat(accounts.statistics().watchAge())
        .hasValueSatisfying(age -> assertThat(age).isGreaterThan(Duration.ofSeconds(100)));
  }

  @Test
  void an_api_server_that_is_not_there_at_start_is_waited_for() throws Exception {
    api.put(ORDERS, ROLE);
    accounts = connectedTo(Duration.ofMillis(300));
    accounts.start();

    assertThat(lookUp(ORDERS))
        .isInstanceOfSatisfying(
            ObjectLookup.Failed.class,
            failed -> assertThat(failed.result()).isIn(LookupResult.FAILED, LookupResult.TIMEOUT));
    assertThat(accounts.ready()).isFalse();
    assertThat(accounts.statistics().watchAge()).isEmpty();

    api.start();
    await().until(accounts::ready);
    assertThat(accounts.known(ORDERS)).contains(WITH_ROLE);
  }

  @Test
  void a_look_up_works_before_the_first_list_is_complete() throws Exception {
    api.put(ORDERS, ROLE);
    api.answer(Kind.LIST, FakeApiServer.HANG);
    start();

    assertThat(accounts.known(ORDERS)).isEmpty();
    assertThat(lookUp(ORDERS)).isEqualTo(FOUND);
    assertThat(accounts.ready()).isFalse();
  }

  @Test
  void a_hundred_look_ups_at_once_are_one_request() throws Exception {
    startAndList();
    api.answer(Kind.WATCH, 503);
    api.dropWatches();
    api.put(ORDERS, ROLE);
    api.answer(Kind.GET, FakeApiServer.HANG);

    List<CompletableFuture<ObjectLookup<IdentityAnnotations>>> asked =
        Stream.generate(() -> accounts.lookUpLive(ORDERS).toCompletableFuture())
            .limit(100)
            .toList();
    await().until(() -> api.count(Kind.GET) == 1);
    api.answer(Kind.GET, 200);

    assertThat(asked).allSatisfy(a -> assertThat(a.join()).isEqualTo(FOUND));
    assertThat(api.count(Kind.GET)).isEqualTo(1);
    assertThat(accounts.statistics().lookups()).containsEntry(LookupResult.FOUND, 100L);
  }

  @Test
  void an_account_that_does_not_exist_is_not_found() throws Exception {
    start();

    assertThat(lookUp(ORDERS)).isEqualTo(new ObjectLookup.NotFound<>());
    assertThat(api.count(Kind.GET)).isEqualTo(1);
  }

  @Test
  void a_name_that_no_account_can_have_is_not_asked_for() throws Exception {
    start();

    assertThat(lookUp(new AccountKey("shop", "../orders")))
        .isEqualTo(new ObjectLookup.NotFound<>());
    assertThat(api.count(Kind.GET)).isZero();
  }

  @Test
  void a_missing_right_is_named() throws Exception {
    api.answer(Kind.GET, 403);
    start();

    assertThat(lookUp(ORDERS))
        .isInstanceOfSatisfying(
            ObjectLookup.Failed.class,
            failed -> {
              assertThat(failed.result()).isEqualTo(LookupResult.FAILED);
              assertThat(failed.message()).contains("shop/orders", "403", "get serviceaccounts");
            });
    assertThat(api.count(Kind.GET)).isEqualTo(1);
  }

  @Test
  void credentials_that_are_refused_are_named() throws Exception {
    api.answer(Kind.GET, 401);
    start();

    assertThat(lookUp(ORDERS))
        .isInstanceOfSatisfying(
            ObjectLookup.Failed.class, failed -> assertThat(failed.message()).contains("401"));
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void a_request_that_fails_is_repeated_until_it_succeeds(int status) throws Exception {
    api.put(ORDERS, ROLE);
    api.answer(Kind.LIST, FakeApiServer.HANG);
    api.answer(Kind.GET, status);
    start();

    CompletableFuture<ObjectLookup<IdentityAnnotations>> asked =
        accounts.lookUpLive(ORDERS).toCompletableFuture();
    await().until(() -> api.count(Kind.GET) >= 2);
    api.answer(Kind.GET, 200);

    assertThat(asked.join()).isEqualTo(FOUND);
  }

  @Test
  void a_request_that_hangs_ends_with_the_deadline() throws Exception {
    api.start();
    api.answer(Kind.GET, FakeApiServer.HANG);
    accounts = connectedTo(Duration.ofMillis(200));
    accounts.start();

    assertThat(lookUp(ORDERS))
        .isInstanceOfSatisfying(
            ObjectLookup.Failed.class,
            failed -> assertThat(failed.result()).isEqualTo(LookupResult.TIMEOUT));
    assertThat(accounts.statistics().lookups()).containsEntry(LookupResult.TIMEOUT, 1L);
  }

  /** In milliseconds, more than an int can hold. */
  @Test
  void the_deadline_of_a_look_up_may_be_a_month() throws Exception {
    api.start();
    api.put(ORDERS, ROLE);
    accounts = connectedTo(Duration.ofDays(30));
    accounts.start();

    assertThat(lookUp(ORDERS)).isEqualTo(FOUND);
  }

  @Test
  void when_a_look_up_fails_what_the_watch_has_long_seen_is_the_answer() throws Exception {
    startAndList();
    api.put(ORDERS, NOTHING);
    await().until(() -> accounts.statistics().known() == 1);
    api.answer(Kind.GET, 403);

    assertThat(accounts.known(ORDERS)).isEmpty();
    assertThat(lookUp(ORDERS)).as("seen just now").isInstanceOf(ObjectLookup.Failed.class);
    assertThat(lookUp(new AccountKey("shop", "unseen"))).isInstanceOf(ObjectLookup.Failed.class);
    assertThat(accounts.statistics().lookups()).containsEntry(LookupResult.FAILED, 2L);

    skip(ObjectStore.JUST_NOW.plusSeconds(2));
    assertThat(lookUp(ORDERS)).isEqualTo(new ObjectLookup.Found<>(IdentityAnnotations.NONE));
  }

  @Test
  void annotations_beyond_ascii_do_not_break_the_watch() throws Exception {
    startAndList();

    for (int i = 0; i < 20; i++) {
      api.put(numbered(i), Map.of("note", "größer 日本 😀", "example.com/role-arn", "r"));
    }
    api.put(ORDERS, Map.of("example.com/role-arn", "rôle"));

    await().until(() -> accounts.statistics().known() == 21);
    assertThat(accounts.known(ORDERS))
        .contains(new IdentityAnnotations("rôle", null, null, null, SessionAnnotations.NONE));
    assertThat(api.count(Kind.LIST)).isEqualTo(1);
    assertThat(api.count(Kind.WATCH)).isEqualTo(1);
  }

  @Test
  void the_pods_token_is_read_again_for_every_request() throws Exception {
    api.start();
    Files.writeString(pod.resolve("token"), "first\n");
    accounts = connectedTo(Duration.ofMinutes(1));
    accounts.start();
    await().until(accounts::ready);
    assertThat(api.lastAuthorization()).isEqualTo("Bearer first");

    Files.writeString(pod.resolve("token"), "second\n");
    assertThat(lookUp(ORDERS)).isEqualTo(new ObjectLookup.NotFound<>());

    assertThat(api.lastAuthorization()).isEqualTo("Bearer second");
  }

  @Test
  void closing_ends_the_watch_and_every_thread() throws Exception {
    Set<Thread> others = httpClientThreads();
    startAndList();
    assertThat(httpClientThreads()).isNotEqualTo(others);
    await().until(() -> api.openWatches() == 1);

    accounts.close();
    // The server notices when it writes next.
    await()
        .until(() -> {
          api.bookmark();
          return api.openWatches() == 0;
        });
    await()
        .untilAsserted(() -> {
          System.gc(); // The JDK's HTTP client ends with its last reference.
          assertThat(others).containsAll(httpClientThreads());
        });
    assertThat(lookUp(ORDERS)).isInstanceOf(ObjectLookup.Failed.class);
    assertThat(api.count(Kind.WATCH)).isEqualTo(1);
  }

  @Test
  void without_any_way_to_a_cluster_the_start_fails_and_names_the_flags() {
    accounts =
        new ClusterServiceAccounts(
            new AccountSourceSettings.Cluster(
                Optional.empty(), Optional.empty(), Duration.ofSeconds(2)),
            "example.com",
            Clock.systemUTC(),
            System::nanoTime,
            new PodCredentials(Map.of(), pod));

    assertThatThrownBy(accounts::start)
        .isInstanceOf(UnusableContentException.class)
        .hasMessageContainingAll("--kubeconfig", "--kube-api", "--service-accounts");
  }

  /** Lists and watches are tried again after 8 s at most. */
  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(30));
  }

  /** One for each open HTTP client of this JVM; other tests may have some. */
  private static Set<Thread> httpClientThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("HttpClient-\\d+-SelectorManager"))
        .collect(Collectors.toSet());
  }

  private static AccountKey numbered(int i) {
    return new AccountKey("team-" + i / 10, "account-" + i);
  }

  private ObjectLookup<IdentityAnnotations> lookUp(AccountKey account) {
    return accounts.lookUpLive(account).toCompletableFuture().join();
  }

  private void skip(Duration time) {
    skippedNanos.addAndGet(time.toNanos());
  }

  private void start() throws UnusableContentException {
    api.start();
    accounts = connectedTo(Duration.ofMinutes(1));
    accounts.start();
  }

  private void startAndList() throws UnusableContentException {
    start();
    await().until(accounts::ready);
  }

  private ClusterServiceAccounts connectedTo(Duration deadline) {
    return new ClusterServiceAccounts(
        new AccountSourceSettings.Cluster(Optional.empty(), Optional.of(api.url()), deadline),
        "example.com",
        Clock.fixed(NOW, ZoneOffset.UTC),
        () -> System.nanoTime() + skippedNanos.get(),
        new PodCredentials(Map.of(), pod == null ? Path.of("none") : pod));
  }
}
