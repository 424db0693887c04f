package io.webidentity.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.ProxyBehaviour.Answer;
import io.webidentity.testing.cluster.ProxyBehaviour.Forward;
import io.webidentity.testing.cluster.ProxyBehaviour.Hang;
import io.webidentity.testing.cluster.ProxyBehaviour.Refuse;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RealCluster
class ApiServerProxyTest {
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  private final TestCluster cluster;
  private final ApiServerProxy proxy;
  private final KubernetesClient client;
  private final String namespace;

  ApiServerProxyTest(TestCluster cluster) {
    this.cluster = cluster;
    this.namespace = cluster.newNamespace();
    this.proxy = cluster.webhookProxy();
    Config config =
        new ConfigBuilder(Config.fromKubeconfig(proxy.kubeconfig().toFile()))
            .withRequestRetryBackoffLimit(0)
            .build();
    this.client = new KubernetesClientBuilder().withConfig(config).build();
  }

  @AfterEach
  void stop() {
    client.close();
    proxy.close();
  }

  @Test
  void requests_pass_and_are_counted_by_kind() {
    assertThat(defaultAccount().getMetadata().getName()).isEqualTo("default");
    assertThat(client.serviceAccounts().inNamespace(namespace).list().getItems()).hasSize(1);

    assertThat(proxy.count(RequestKind.GET)).isEqualTo(1);
    assertThat(proxy.count(RequestKind.LIST)).isEqualTo(1);
    assertThat(proxy.count(RequestKind.WATCH)).isZero();
  }

  @Test
  void a_held_watch_delivers_nothing_until_it_is_released() {
    try (SharedIndexInformer<ServiceAccount> informer = informer()) {
      proxy.holdWatches();
      create("late");
      Awaitility.await().atMost(DEADLINE).until(() -> proxy.heldBack() == 1);
      assertThat(informer.getStore().getByKey(namespace + "/late")).isNull();

      proxy.releaseWatches();

      awaitKnown(informer, "late");
    }
    assertThat(proxy.count(RequestKind.LIST)).isEqualTo(1);
  }

  @Test
  void a_client_whose_api_server_was_gone_catches_up() {
    try (SharedIndexInformer<ServiceAccount> informer = informer()) {
      proxy.onAll(new Refuse());
      assertThatThrownBy(this::defaultAccount).isInstanceOf(KubernetesClientException.class);
      create("meanwhile");

      proxy.onAll(new Forward());

      awaitKnown(informer, "meanwhile");
    }
  }

  @ParameterizedTest
  @CsvSource({"429", "500", "503"})
  void an_answer_in_the_api_servers_place_has_its_status(int status) {
    proxy.on(RequestKind.GET, new Answer(status));

    assertThatThrownBy(this::defaultAccount)
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(status));
    assertThat(client.serviceAccounts().inNamespace(namespace).list().getItems()).hasSize(1);
  }

  @Test
  void a_request_hangs_until_the_behaviour_changes() {
    proxy.on(RequestKind.GET, new Hang());
    CompletableFuture<ServiceAccount> request = CompletableFuture.supplyAsync(this::defaultAccount);
    Awaitility.await().atMost(DEADLINE).until(() -> proxy.count(RequestKind.GET) == 1);
    assertThat(client.serviceAccounts().inNamespace(namespace).list().getItems()).hasSize(1);
    assertThat(request).isNotDone();

    proxy.on(RequestKind.GET, new Forward());

    assertThat(request).succeedsWithin(DEADLINE);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/serviceaccounts?limit=500, LIST",
    "GET, /api/v1/namespaces/a/serviceaccounts, LIST",
    "GET, /api/v1/namespaces/a/serviceaccounts/b, GET",
    "GET, /api/v1/serviceaccounts?allowWatchBookmarks=true&watch=true, WATCH",
    "GET, /api/v1/serviceaccounts?watch=false, LIST",
    "GET, /api/v1/namespaces, LIST",
    "GET, /api/v1/namespaces/a, GET",
    "GET, /apis/apps/v1/namespaces/a/deployments/b, GET",
    "GET, /apis/apps/v1/deployments, LIST",
    "GET, /version, OTHER",
    "POST, /api/v1/namespaces/a/serviceaccounts, OTHER",
  })
  void requests_are_told_apart(String method, String target, RequestKind kind) {
    assertThat(RequestKind.of(method, URI.create(target))).isEqualTo(kind);
  }

  private SharedIndexInformer<ServiceAccount> informer() {
    SharedIndexInformer<ServiceAccount> informer =
        client.serviceAccounts().inNamespace(namespace).inform();
    Awaitility.await()
        .atMost(DEADLINE)
        .until(() -> informer.hasSynced() && proxy.count(RequestKind.WATCH) >= 1);
    return informer;
  }

  private void awaitKnown(SharedIndexInformer<ServiceAccount> informer, String name) {
    Awaitility.await()
        .atMost(DEADLINE)
        .until(() -> informer.getStore().getByKey(namespace + "/" + name) != null);
  }

  private ServiceAccount defaultAccount() {
    return client.serviceAccounts().inNamespace(namespace).withName("default").get();
  }

  private void create(String name) {
    cluster.createAccount(new AccountKey(namespace, name), Map.of());
  }
}
