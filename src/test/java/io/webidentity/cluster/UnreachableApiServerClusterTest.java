package io.webidentity.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.ApiServerProxy;
import io.webidentity.testing.cluster.InstalledWebhook;
import io.webidentity.testing.cluster.ProxyBehaviour;
import io.webidentity.testing.cluster.ProxyBehaviour.Answer;
import io.webidentity.testing.cluster.ProxyBehaviour.Forward;
import io.webidentity.testing.cluster.ProxyBehaviour.Hang;
import io.webidentity.testing.cluster.ProxyBehaviour.Refuse;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.RequestKind;
import io.webidentity.testing.cluster.TestCluster;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The API server calls the webhook, but the webhook does not get through to the API server. */
@RealCluster
class UnreachableApiServerClusterTest {
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  private final TestCluster cluster;
  private final KubernetesClient client;

  UnreachableApiServerClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
  }

  static Stream<ProxyBehaviour> outages() {
    return Stream.of(new Refuse(), new Hang(), new Answer(503));
  }

  @ParameterizedTest
  @MethodSource("outages")
  void known_accounts_are_injected_and_unknown_ones_left_to_the_failure_policy(
      ProxyBehaviour outage) {
    try (ApiServerProxy proxy = cluster.webhookProxy();
        InstalledWebhook webhook = InstalledWebhook.with(cluster, proxy.kubeconfig())) {
      double before = accountsWithRole(webhook);
      AccountKey known = annotated(webhook);
      Awaitility.await().atMost(DEADLINE).until(() -> accountsWithRole(webhook) == before + 1);

      outage(proxy, outage);
      AccountKey unknown = annotated(webhook);

      assertThat(injected(known)).isTrue();
      assertThatThrownBy(() -> injected(unknown))
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("failed calling webhook");

      proxy.onAll(new Forward());
      assertThat(injected(unknown)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("outages")
  void an_outage_shorter_than_the_api_servers_patience_rejects_nothing(ProxyBehaviour outage)
      throws Exception {
    try (ApiServerProxy proxy = cluster.webhookProxy();
        InstalledWebhook webhook = InstalledWebhook.with(cluster, proxy.kubeconfig())) {
      outage(proxy, outage);
      AccountKey unknown = annotated(webhook);
      int asked = proxy.count(RequestKind.GET);
      try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<?> end =
            background.submit(() -> {
              Awaitility.await().atMost(DEADLINE).until(() -> proxy.count(RequestKind.GET) > asked);
              proxy.onAll(new Forward());
            });

        assertThat(injected(unknown)).isTrue();
        end.get();
      }
    }
  }

  /** A watch that was open before would go on delivering. */
  private static void outage(ApiServerProxy proxy, ProxyBehaviour outage) {
    proxy.holdWatches();
    proxy.onAll(outage);
  }

  private static double accountsWithRole(InstalledWebhook webhook) {
    return webhook.process().metric("webidentity_service_accounts\\{.*state=\"annotated\".*\\}");
  }

  private AccountKey annotated(InstalledWebhook webhook) {
    AccountKey account = new AccountKey(webhook.namespace(), cluster.newName("app"));
    client.resource(Workloads.annotated(account)).create();
    return account;
  }

  private boolean injected(AccountKey account) {
    return Workloads.hasCredentials(
        client.pods().resource(Workloads.pod(account)).create(), account);
  }
}
