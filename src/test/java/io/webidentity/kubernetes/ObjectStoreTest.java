package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.webidentity.account.AccountKey;
import io.webidentity.account.AccountKind;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.SessionAnnotations;
import io.webidentity.injection.AnnotationKeys;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ObjectStoreTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final String LONG_AGO = "2020-01-01T00:00:00Z";
  private static final Map<String, String> NOTHING = Map.of();
  private static final Map<String, String> ROLE = Map.of("example.com/role-arn", "r");
  private static final AccountKey ORDERS = new AccountKey("shop", "orders");

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);
  private final ObjectStore<AccountKey, IdentityAnnotations> store = newStore();

  @Test
  void what_was_never_shown_is_not_known() {
    list(account("shop", "orders", "1", NOTHING), account("shop", "reports", "2", ROLE));

    assertThat(store.known(ORDERS)).isPresent();
    assertThat(store.known(new AccountKey("shop", "order"))).isEmpty();
    assertThat(store.known(new AccountKey("sho", "p/orders"))).isEmpty();
    assertThat(store.known(new AccountKey("", ""))).isEmpty();
  }

  @Test
  void accounts_and_those_with_a_role_are_counted() {
    list(
        account("shop", "a", "1", ROLE),
        account("shop", "b", "2", Map.of("example.com/role-arn", " ")),
        account("shop", "c", "3", Map.of("example.com/audience", "x")),
        account("shop", "d", "4", NOTHING));
    assertThat(store.annotated()).isEqualTo(1);
    assertThat(store.size()).isEqualTo(4);

    store.changed(account("shop", "b", "5", ROLE));
    assertThat(store.annotated()).isEqualTo(2);

    store.changed(account("shop", "a", "6", NOTHING));
    store.removed("shop/b");
    store.removed("shop/d");
    store.removed("shop/never-there");
    assertThat(store.annotated()).isZero();
    assertThat(store.size()).isEqualTo(2);
  }

  @Test
  void what_has_too_much_to_be_kept_is_not_known_and_leaves_no_trace() {
    Map<String, String> most =
        Map.of(
            "example.com/role-arn",
            "r".repeat(ObjectStore.MOST_KEPT - 1),
            "example.com/region",
            "e",
            "example.com/filler",
            "x".repeat(ObjectStore.MOST_KEPT));
    Map<String, String> tooMuch =
        Map.of("example.com/audience", "a".repeat(ObjectStore.MOST_KEPT + 1));

    list(account("shop", "orders", "1", most), account("shop", "reports", "2", tooMuch));
    assertThat(known().roleArn()).hasSize(ObjectStore.MOST_KEPT - 1);
    assertThat(store.known(new AccountKey("shop", "reports"))).isEmpty();

    store.changed(account("shop", "orders", "3", tooMuch));
    assertThat(store.known(ORDERS)).isEmpty();
    assertThat(store.size()).isZero();
    assertThat(store.annotated()).isZero();

    store.changed(account("shop", "orders", "4", ROLE));
    assertThat(known().roleArn()).isEqualTo("r");
  }

  @Test
  void an_account_may_get_annotations_and_lose_them() {
    list(account("shop", "orders", "1", NOTHING));
    assertThat(known()).isSameAs(IdentityAnnotations.NONE);

    store.changed(account("shop", "orders", "2", ROLE));
    assertThat(known().roleArn()).isEqualTo("r");
    assertThat(store.all(_ -> true)).containsOnlyKeys("shop/orders");

    store.changed(account("shop", "orders", "3", NOTHING));
    assertThat(known()).isSameAs(IdentityAnnotations.NONE);
    assertThat(store.all(_ -> true)).isEmpty();
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void what_a_list_does_not_show_any_more_is_gone_when_it_ends() {
    list(
        account("shop", "orders", "1", NOTHING),
        account("shop", "plain", "2", NOTHING),
        account("shop", "a", "3", ROLE),
        account("shop", "b", "4", ROLE));

    store.listBegins();
    store.listed(account("shop", "plain", "2", NOTHING));
    store.listed(account("shop", "b", "4", ROLE));
    assertThat(store.size()).as("before it ends").isEqualTo(4);
    assertThat(store.known(ORDERS)).isPresent();
    store.listEnds();

    assertThat(store.known(ORDERS)).isEmpty();
    assertThat(store.known(new AccountKey("shop", "plain"))).isPresent();
    assertThat(store.all(_ -> true)).containsOnlyKeys("shop/b");
    assertThat(store.size()).isEqualTo(2);
    assertThat(store.annotated()).isEqualTo(1);
  }

  @Test
  void a_list_that_did_not_end_is_made_good_by_the_next() {
    store.listBegins();
    store.listed(account("shop", "orders", "1", NOTHING));
    store.listed(account("shop", "a", "2", ROLE));

    list(account("shop", "b", "3", ROLE));

    assertThat(store.size()).isEqualTo(1);
    assertThat(store.all(_ -> true)).containsOnlyKeys("shop/b");
  }

  @Test
  void an_account_listed_again_without_a_change_was_not_just_seen() {
    list(account("shop", "orders", "1", NOTHING));
    assertThat(justSeen()).isFalse();

    list(account("shop", "orders", "1", NOTHING));
    assertThat(justSeen()).isFalse();

    list(account("shop", "orders", "2", NOTHING));
    assertThat(justSeen()).isTrue();
    nanos.addAndGet(ObjectStore.JUST_NOW.plusSeconds(1).toNanos());
    assertThat(justSeen()).isFalse();
  }

  @Test
  void an_account_that_a_later_list_shows_for_the_first_time_was_just_seen() {
    list(account("shop", "reports", "7", NOTHING));

    list(account("shop", "reports", "7", NOTHING), account("shop", "orders", "5", NOTHING));

    assertThat(justSeen()).isTrue();
    assertThat(store.known(new AccountKey("shop", "reports")).orElseThrow().justSeen()).isFalse();
  }

  @Test
  void what_the_watch_shows_was_just_seen() {
    list(account("shop", "orders", "1", NOTHING));

    store.changed(account("shop", "orders", "2", NOTHING));
    assertThat(justSeen()).isTrue();

    nanos.addAndGet(ObjectStore.JUST_NOW.toNanos());
    store.check();
    assertThat(justSeen()).as("at the end of that time").isTrue();
    nanos.addAndGet(1);
    assertThat(justSeen()).isFalse();
    store.check();
    assertThat(justSeen()).isFalse();
    list(account("shop", "orders", "2", NOTHING));
    assertThat(justSeen()).as("a list of what the watch has shown").isFalse();
  }

  @Test
  void every_list_counts_even_in_a_version_that_is_known() {
    list(account("shop", "orders", "1", NOTHING));

    list(account("shop", "orders", "1", ROLE));

    assertThat(known().roleArn()).isEqualTo("r");
    assertThat(store.annotated()).isEqualTo(1);
    assertThat(justSeen()).isFalse();
  }

  @Test
  void an_account_that_changes_before_the_first_list_is_complete_was_just_seen() {
    store.listBegins();
    store.listed(account("shop", "orders", "1", NOTHING));
    store.listBegins();
    store.listed(account("shop", "orders", "2", NOTHING));
    store.listed(account("shop", "reports", "3", NOTHING));
    store.listEnds();

    assertThat(justSeen()).isTrue();
    assertThat(store.known(new AccountKey("shop", "reports")).orElseThrow().justSeen()).isFalse();
  }

  @Test
  void of_versions_that_are_no_numbers_nobody_can_tell_whether_they_are_new() {
    list(account("shop", "orders", "one", NOTHING));
    assertThat(justSeen()).as("an old one in the first list").isFalse();

    list(account("shop", "orders", "one", NOTHING));
    assertThat(justSeen()).isTrue();
  }

  @Test
  void an_account_without_a_time_of_creation_counts_as_just_seen() {
    ApiObject account = account("shop", "orders", "1", NOTHING);
    account.metadata().setCreationTimestamp(null);
    list(account);

    assertThat(justSeen()).isTrue();
  }

  @Test
  void names_beyond_ascii_are_told_apart() {
    AccountKey first = new AccountKey("größe", "日本-😀");
    AccountKey second = new AccountKey("größe", "日本-😁");
    list(account(first.namespace(), first.name(), "1", NOTHING));

    assertThat(store.known(first)).isPresent();
    assertThat(store.known(second)).isEmpty();
    store.changed(account(second.namespace(), second.name(), "2", ROLE));
    assertThat(store.known(second).orElseThrow().properties().roleArn()).isEqualTo("r");
    store.removed("größe/日本-😀");
    assertThat(store.known(first)).isEmpty();
  }

  /**
   * It may be seen with a role or without one, but as one that is not there only while it moves.
   */
  @Test
  void who_reads_meanwhile_sees_an_account_as_it_was_or_is() throws Exception {
    list(account("shop", "orders", "1", NOTHING), account("shop", "steady", "2", NOTHING));
    AccountKey steady = new AccountKey("shop", "steady");
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<Boolean> reader =
          threads.submit(() -> {
            boolean right = true;
            do {
              right &= store.known(steady).isPresent();
              right &=
                  store
                      .known(ORDERS)
                      .map(ObjectStore.Known::properties)
                      .map(seen -> seen.equals(IdentityAnnotations.NONE) || seen.hasRole())
                      .orElse(true);
            } while (!done.get());
            return right;
          });
      for (int version = 3; version < 20_000; version++) {
        store.changed(account("shop", "orders", "" + version, version % 2 == 0 ? ROLE : NOTHING));
        store.changed(account("shop", "other-" + version, "" + version, NOTHING));
      }
      done.set(true);
      assertThat(reader.get()).isTrue();
    }
    assertThat(known()).isSameAs(IdentityAnnotations.NONE);
    assertThat(store.annotated()).isZero();
  }

  @Test
  void annotations_about_sessions_come_back_and_cost_nothing_where_there_are_none() {
    show(account("shop", "orders", "1", ROLE));
    assertThat(known().session()).isSameAs(SessionAnnotations.NONE);

    show(
        account(
            "shop",
            "orders",
            "2",
            Map.of(
                "example.com/region", "eu-central-1",
                "example.com/role-session-name", "{namespace}",
                "example.com/sts-endpoint-url", "https://sts.example.com",
                "example.com/endpoint-url", "")));
    assertThat(known())
        .isEqualTo(
            new IdentityAnnotations(
                null,
                null,
                null,
                null,
                new SessionAnnotations(
                    "eu-central-1", "{namespace}", "https://sts.example.com", "")));
    assertThat(store.annotated()).isZero();

    show(account("shop", "orders", "3", Map.of("other.example.com/endpoint-url", "x")));
    assertThat(known()).isSameAs(IdentityAnnotations.NONE);
  }

  private ObjectStore<AccountKey, IdentityAnnotations> newStore() {
    return new ObjectStore<>(
        new AccountKind(new AnnotationKeys("example.com")),
        Clock.fixed(NOW, ZoneOffset.UTC),
        nanos::get);
  }

  private void show(ApiObject account) {
    store.changed(account);
  }

  private void list(ApiObject... accounts) {
    store.listBegins();
    for (ApiObject account : accounts) {
      store.listed(account);
    }
    store.listEnds();
  }

  private IdentityAnnotations known() {
    return store.known(ORDERS).orElseThrow().properties();
  }

  private boolean justSeen() {
    return store.known(ORDERS).orElseThrow().justSeen();
  }

  private static ApiObject account(
      String namespace, String name, String version, Map<String, String> annotations) {
    return ApiObject.of(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName(name)
            .withResourceVersion(version)
            .withCreationTimestamp(LONG_AGO)
            .withAnnotations(annotations)
            .addToLabels("app.kubernetes.io/managed-by", "Helm")
            .build());
  }
}
