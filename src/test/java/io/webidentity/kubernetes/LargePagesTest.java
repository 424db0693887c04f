package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.account.AccountKey;
import io.webidentity.account.ClusterServiceAccounts;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.SessionAnnotations;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.kubernetes.FakeApiServer.Kind;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lists of accounts so large that 500 of them in one page would not fit into the heap. */
@Timeout(120)
class LargePagesTest {
  private static final Map<String, String> ROLE = Map.of("example.com/role-arn", "r");

  /** As much as an API server takes. */
  private static final Map<String, String> LARGE =
      Map.of("example.com/role-arn", "r", "filler", "x".repeat(256 * 1024 - 30));

  private final FakeApiServer api = FakeApiServer.started();

  @TempDir Path pod;

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void pages_of_any_length_are_read_object_by_object() throws Exception {
    for (int i = 0; i < 60; i++) {
      api.put(new AccountKey("large", "a-" + i), LARGE);
    }
    for (int i = 0; i < 2000; i++) {
      api.put(new AccountKey("small", "a-" + i), ROLE);
    }

    try (ClusterServiceAccounts accounts = connected()) {
      accounts.start();
      await(accounts, 2060);

      assertThat(api.count(Kind.LIST) + api.count(Kind.PAGE)).isEqualTo(5);
      assertThat(accounts.known(new AccountKey("large", "a-59"))).isPresent();
      assertThat(accounts.known(new AccountKey("small", "a-1999"))).isPresent();
    }
  }

  @Test
  void one_of_several_megabytes_hides_no_other() throws Exception {
    Map<String, String> longer = Map.of("filler", "x".repeat(3 * 1024 * 1024));
    api.put(new AccountKey("shop", "a"), ROLE);
    api.put(new AccountKey("shop", "b"), longer);
    api.put(new AccountKey("shop", "c"), ROLE);

    try (ClusterServiceAccounts accounts = connected()) {
      accounts.start();
      await(accounts, 3);

      assertThat(accounts.known(new AccountKey("shop", "b"))).contains(IdentityAnnotations.NONE);
      assertThat(accounts.known(new AccountKey("shop", "c"))).isPresent();
    }
  }

  @Test
  void one_with_too_much_to_be_kept_is_looked_up_each_time() throws Exception {
    AccountKey orders = new AccountKey("shop", "orders");
    String role = "r".repeat(ObjectStore.MOST_KEPT + 1);
    api.put(orders, Map.of("example.com/role-arn", role));
    api.put(new AccountKey("shop", "reports"), ROLE);

    try (ClusterServiceAccounts accounts = connected()) {
      accounts.start();
      await(accounts, 1);

      assertThat(accounts.known(orders)).isEmpty();
      assertThat(accounts.lookUpLive(orders).toCompletableFuture().join())
          .isEqualTo(
              new ObjectLookup.Found<>(
                  new IdentityAnnotations(role, null, null, null, SessionAnnotations.NONE)));
    }
  }

  private static void await(ClusterServiceAccounts accounts, int known) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(accounts::ready);
    assertThat(accounts.statistics().known()).isEqualTo(known);
  }

  private ClusterServiceAccounts connected() {
    return new ClusterServiceAccounts(
        new AccountSourceSettings.Cluster(
            Optional.empty(), Optional.of(api.url()), Duration.ofSeconds(5)),
        "example.com",
        Clock.systemUTC(),
        System::nanoTime,
        new PodCredentials(Map.of(), pod));
  }
}
