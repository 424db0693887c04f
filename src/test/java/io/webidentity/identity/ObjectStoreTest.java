package io.webidentity.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.webidentity.injection.AnnotationKeys;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ObjectStoreTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final String LONG_AGO = "2020-01-01T00:00:00Z";
  private static final AccountKey ORDERS = new AccountKey("shop", "orders");

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);
  private final ObjectStore<AccountKey, ServiceAccount, IdentityAnnotations> store = newStore();

  @Test
  void what_was_put_comes_back_with_the_identity_and_version_the_informer_compares() {
    ServiceAccount account = account("shop", "orders", "5", Map.of("example.com/role-arn", "r"));

    assertThat(put(account)).isNull();
    ServiceAccount before = Objects.requireNonNull(put(account("shop", "orders", "6", Map.of())));

    assertThat(before.getMetadata().getNamespace()).isEqualTo("shop");
    assertThat(before.getMetadata().getName()).isEqualTo("orders");
    assertThat(before.getMetadata().getResourceVersion()).isEqualTo("5");
    assertThat(store.getKey(before)).isEqualTo(store.getKey(account)).isEqualTo("shop/orders");
    assertThat(store.values())
        .singleElement()
        .satisfies(v -> assertThat(v.getMetadata().getResourceVersion()).isEqualTo("6"));
    assertThat(store.keySet()).containsExactly("shop/orders");
    assertThat(store.get("shop/orders")).isNotNull();
    assertThat(store.get("shop/other")).isNull();
  }

  @Test
  void accounts_with_a_role_are_counted() {
    put(account("shop", "a", "1", Map.of("example.com/role-arn", "r")));
    put(account("shop", "b", "2", Map.of("example.com/role-arn", " ")));
    put(account("shop", "c", "3", Map.of("example.com/audience", "x")));
    assertThat(store.annotated()).isEqualTo(1);

    put(account("shop", "b", "4", Map.of("example.com/role-arn", "r")));
    assertThat(store.annotated()).isEqualTo(2);

    put(account("shop", "a", "5", Map.of()));
    store.remove("shop/b");
    store.remove("shop/never-there");
    assertThat(store.annotated()).isZero();
    assertThat(store.size()).isEqualTo(2);
  }

  @Test
  void an_account_listed_again_without_a_change_was_not_just_seen() {
    put(account("shop", "orders", "1", Map.of()));
    store.listDone();
    assertThat(justSeen()).isFalse();

    put(account("shop", "orders", "1", Map.of()));
    assertThat(justSeen()).isFalse();

    put(account("shop", "orders", "2", Map.of()));
    assertThat(justSeen()).isTrue();
    nanos.addAndGet(ObjectStore.JUST_NOW.plusSeconds(1).toNanos());
    assertThat(justSeen()).isFalse();
  }

  @Test
  void what_is_read_again_counts_even_in_a_version_that_is_known() {
    put(account("shop", "orders", "1", Map.of()));
    store.listDone();
    put(account("shop", "orders", "1", Map.of("example.com/role-arn", "r")));
    assertThat(known().roleArn()).as("listed again").isNull();

    store.reread();
    put(account("shop", "orders", "1", Map.of("example.com/role-arn", "r")));
    assertThat(known().roleArn()).isEqualTo("r");
    assertThat(store.annotated()).isEqualTo(1);
    assertThat(justSeen()).isFalse();

    store.listDone();
    put(account("shop", "orders", "1", Map.of()));
    assertThat(known().roleArn()).as("after that list").isEqualTo("r");
  }

  @Test
  void an_account_that_changes_during_the_first_list_was_just_seen() {
    put(account("shop", "orders", "1", Map.of()));
    put(account("shop", "orders", "2", Map.of()));

    assertThat(justSeen()).isTrue();
  }

  @Test
  void versions_that_are_no_numbers_are_told_apart() {
    put(account("shop", "orders", "one", Map.of()));
    store.listDone();

    put(account("shop", "orders", "one", Map.of()));
    assertThat(justSeen()).isFalse();
    put(account("shop", "orders", "two", Map.of()));
    assertThat(justSeen()).isTrue();
  }

  @Test
  void an_account_without_a_time_of_creation_counts_as_just_seen() {
    ServiceAccount account = account("shop", "orders", "1", Map.of());
    account.getMetadata().setCreationTimestamp(null);
    put(account);

    assertThat(justSeen()).isTrue();
  }

  @Test
  void annotations_about_sessions_come_back_and_cost_nothing_where_there_are_none() {
    put(account("shop", "orders", "1", Map.of("example.com/role-arn", "r")));
    assertThat(known().session()).isSameAs(SessionAnnotations.NONE);

    put(
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

    put(account("shop", "orders", "3", Map.of("other.example.com/endpoint-url", "x")));
    assertThat(known()).isSameAs(IdentityAnnotations.NONE);
  }

  /** 100,000 accounts, one in ten with a role; the bound is generous, the figure is printed. */
  @Test
  void an_account_takes_less_than_300_bytes() {
    int accounts = 100_000;
    long before = usedHeap();
    ObjectStore<AccountKey, ServiceAccount, IdentityAnnotations> large = newStore();
    for (int i = 0; i < accounts; i++) {
      Map<String, String> annotations =
          i % 10 == 0
              ? Map.of(
                  "example.com/role-arn",
                  "arn:aws:iam::111122223333:role/production/team-%06d".formatted(i),
                  "example.com/audience",
                  "sts.amazonaws.com-" + i % 3)
              : Map.of("meta.helm.sh/release-name", "release-" + i);
      ServiceAccount account =
          account("team-namespace-%06d".formatted(i / 3), "account-" + i % 3, "" + i, annotations);
      large.put(large.getKey(account), account);
    }
    long bytes = (usedHeap() - before) / accounts;

    System.out.println("ObjectStore: " + bytes + " bytes an account");
    assertThat(large.size()).isEqualTo(accounts);
    assertThat(bytes).isBetween(20L, 300L);
  }

  private static long usedHeap() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private ObjectStore<AccountKey, ServiceAccount, IdentityAnnotations> newStore() {
    return new ObjectStore<>(
        new AccountKind(new AnnotationKeys("example.com")),
        Clock.fixed(NOW, ZoneOffset.UTC),
        nanos::get);
  }

  private @Nullable ServiceAccount put(ServiceAccount account) {
    return store.put(store.getKey(account), account);
  }

  private IdentityAnnotations known() {
    return store.known(ORDERS).orElseThrow().properties();
  }

  private boolean justSeen() {
    return store.known(ORDERS).orElseThrow().justSeen();
  }

  private static ServiceAccount account(
      String namespace, String name, String version, Map<String, String> annotations) {
    return new ServiceAccountBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withResourceVersion(version)
        .withCreationTimestamp(LONG_AGO)
        .withAnnotations(annotations)
        .addToLabels("app.kubernetes.io/managed-by", "Helm")
        .endMetadata()
        .build();
  }
}
