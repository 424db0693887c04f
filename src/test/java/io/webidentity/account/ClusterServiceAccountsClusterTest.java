package io.webidentity.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.testing.cluster.ApiServerProxy;
import io.webidentity.testing.cluster.ProxyBehaviour;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.RequestKind;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** Against a real API server, with the webhook's own rights. */
@RealCluster
class ClusterServiceAccountsClusterTest {
  private static final Map<String, String> NOTHING = Map.of();
  private static final Map<String, String> ROLE = Map.of("example.com/role-arn", "r");
  private static final IdentityAnnotations WITH_ROLE =
      new IdentityAnnotations("r", null, null, null, SessionAnnotations.NONE);
  private static final ObjectLookup<IdentityAnnotations> FOUND =
      new ObjectLookup.Found<>(WITH_ROLE);

  private final TestCluster cluster;

  ClusterServiceAccountsClusterTest(TestCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void twelve_hundred_accounts_are_listed_in_pages_and_then_watched() throws Exception {
    String namespace = cluster.newNamespace();
    List<AccountKey> keys =
        IntStream.range(0, 1200).mapToObj(i -> new AccountKey(namespace, "account-" + i)).toList();
    // Every second one with a role.
    IntStream.range(0, 1200)
        .parallel()
        .forEach(i -> create(cluster, keys.get(i), i % 2 == 0 ? ROLE : NOTHING));

    try (ApiServerProxy proxy = cluster.webhookProxy();
        ClusterServiceAccounts accounts = started(proxy.kubeconfig())) {
      await().until(accounts::ready);
      assertThat(proxy.count(RequestKind.LIST)).isGreaterThanOrEqualTo(3);
      assertThat(accounts.statistics().known()).isGreaterThan(1200);
      assertThat(accounts.statistics().annotated()).isGreaterThanOrEqualTo(600);
      assertThat(keys)
          .filteredOn(key -> accounts.known(key).filter(WITH_ROLE::equals).isPresent())
          .hasSize(600);

      annotate(keys.get(1), ROLE);
      await().until(() -> accounts.known(keys.get(1)).filter(WITH_ROLE::equals).isPresent());

      delete(keys.get(0));
      await().until(() -> accounts.known(keys.get(0)).isEmpty());
      assertThat(lookUp(accounts, keys.get(0))).isEqualTo(new ObjectLookup.NotFound<>());
      assertThat(proxy.count(RequestKind.WATCH)).isEqualTo(1);
    }
  }

  @Test
  void an_account_that_the_watch_has_not_delivered_is_looked_up() throws Exception {
    String namespace = cluster.newNamespace();
    try (ApiServerProxy proxy = cluster.webhookProxy();
        ClusterServiceAccounts accounts = started(proxy.kubeconfig())) {
      await().until(accounts::ready);
      proxy.holdWatches();
      for (int i = 0; i < 50; i++) {
        AccountKey account = new AccountKey(namespace, "account-" + i);
        create(cluster, account, ROLE);
        assertThat(accounts.known(account)).isEmpty();
        assertThat(lookUp(accounts, account)).isEqualTo(FOUND);
      }
      assertThat(proxy.count(RequestKind.GET)).isEqualTo(50);

      proxy.releaseWatches();
      await().until(() -> accounts.known(new AccountKey(namespace, "account-49")).isPresent());
    }
  }

  @Test
  void who_asks_while_a_look_up_is_under_way_shares_it() throws Exception {
    AccountKey account = new AccountKey(cluster.newNamespace(), "orders");
    try (ApiServerProxy proxy = cluster.webhookProxy();
        ClusterServiceAccounts accounts = started(proxy.kubeconfig())) {
      proxy.on(RequestKind.GET, new ProxyBehaviour.Hang());
      create(cluster, account, ROLE);
      List<CompletableFuture<ObjectLookup<IdentityAnnotations>>> asked =
          IntStream.range(0, 100)
              .mapToObj(_ -> accounts.lookUpLive(account).toCompletableFuture())
              .toList();

      await().until(() -> proxy.count(RequestKind.GET) == 1);
      proxy.on(RequestKind.GET, new ProxyBehaviour.Forward());

      assertThat(asked).allSatisfy(a -> assertThat(a.join()).isEqualTo(FOUND));
      assertThat(proxy.count(RequestKind.GET)).isEqualTo(1);
    }
  }

  @Test
  void without_the_right_to_get_the_failure_names_it() throws Exception {
    AccountKey powerless = new AccountKey(cluster.newNamespace(), "powerless");
    create(cluster, powerless, NOTHING);
    try (ClusterServiceAccounts accounts = started(cluster.kubeconfigFor(powerless))) {
      assertThat(lookUp(accounts, powerless))
          .isInstanceOfSatisfying(
              ObjectLookup.Failed.class,
              failed -> {
                assertThat(failed.result()).isEqualTo(LookupResult.FAILED);
                assertThat(failed.message()).contains("403", "get serviceaccounts");
              });
      assertThat(accounts.ready()).isFalse();
    }
  }

  /** A cluster of its own: the shared one is not ours to stop. */
  @Test
  void after_a_restart_of_the_api_server_the_watch_goes_on() throws Exception {
    try (TestCluster own = TestCluster.startOwn()) {
      String namespace = own.newNamespace();
      AccountKey before = new AccountKey(namespace, "before");
      AccountKey after = new AccountKey(namespace, "after");
      create(own, before, ROLE);
      try (ClusterServiceAccounts accounts = started(own.webhookKubeconfig())) {
        await().until(accounts::ready);

        own.stopApiServer();
        assertThat(lookUp(accounts, after)).isInstanceOf(ObjectLookup.Failed.class);
        assertThat(accounts.known(before)).contains(WITH_ROLE);
        own.startApiServer();

        create(own, after, ROLE);
        assertThat(lookUp(accounts, after)).isEqualTo(FOUND);
        await().until(() -> accounts.known(after).isPresent());
        assertThat(accounts.known(before)).contains(WITH_ROLE);
      }
    }
  }

  private static ClusterServiceAccounts started(Path kubeconfig) throws UnusableContentException {
    ClusterServiceAccounts accounts =
        new ClusterServiceAccounts(
            new AccountSourceSettings.Cluster(
                Optional.of(kubeconfig), Optional.empty(), Duration.ofSeconds(20)),
            "example.com",
            Clock.systemUTC());
    accounts.start();
    return accounts;
  }

  private static ObjectLookup<IdentityAnnotations> lookUp(
      ClusterServiceAccounts accounts, AccountKey account) {
    return accounts.lookUpLive(account).toCompletableFuture().join();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofMinutes(1));
  }

  private static void create(
      TestCluster cluster, AccountKey account, Map<String, String> annotations) {
    ServiceAccount object =
        new ServiceAccountBuilder()
            .withNewMetadata()
            .withNamespace(account.namespace())
            .withName(account.name())
            .withAnnotations(annotations)
            .endMetadata()
            .build();
    cluster.client().serviceAccounts().resource(object).create();
  }

  private void annotate(AccountKey account, Map<String, String> annotations) {
    cluster
        .client()
        .serviceAccounts()
        .inNamespace(account.namespace())
        .withName(account.name())
        .edit(found ->
            new ServiceAccountBuilder(found)
                .editMetadata()
                .addToAnnotations(annotations)
                .endMetadata()
                .build());
  }

  private void delete(AccountKey account) {
    cluster
        .client()
        .serviceAccounts()
        .inNamespace(account.namespace())
        .withName(account.name())
        .delete();
  }
}
