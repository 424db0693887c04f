package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.account.AccountKey;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.config.ObservationSettings;
import io.webidentity.config.ObservationSettings.Debugging;
import io.webidentity.testing.cluster.ApiServerProxy;
import io.webidentity.testing.cluster.ProxyBehaviour;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.RequestKind;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.TrustingClients;
import io.webidentity.watch.UnusableContentException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code /debug/alpha/cache/clear} while pods come, with a real API server behind. */
@RealCluster
class DebuggingHandlersClusterTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROLE = "arn:aws:iam::111122223333:role/reports";
  private static final String CACHE = "/debug/alpha/cache";

  @TempDir Path folder;

  private final TestCluster cluster;

  DebuggingHandlersClusterTest(TestCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void no_pod_goes_without_credentials_while_the_cache_is_cleared() throws Exception {
    String namespace = cluster.newNamespace();
    create(namespace, "reports");
    create(namespace, "gone");
    try (ApiServerProxy proxy = cluster.webhookProxy();
        WebhookServer server = start(proxy.kubeconfig());
        HttpsClient client =
            new HttpsClient(TrustingClients.sslContext(folder.resolve("ca.crt")), server.port())) {
      await().until(() -> server.missing().isEmpty());
      int lists = proxy.count(RequestKind.LIST);
      proxy.on(RequestKind.LIST, new ProxyBehaviour.Hang());
      assertThat(get(server, CACHE + "/clear")).startsWith("ServiceAccounts are being listed");
      await().until(() -> proxy.count(RequestKind.LIST) > lists);
      cluster.client().serviceAccounts().inNamespace(namespace).withName("gone").delete();

      for (int i = 0; i < 100; i++) {
        assertPatched(client, namespace, "reports");
      }
      create(namespace, "late");
      assertPatched(client, namespace, "late");
      assertThat(proxy.count(RequestKind.GET)).as("looked up live").isOne();
      assertThat(cache(server).at("/" + namespace + "~1reports/RoleARN").asText()).isEqualTo(ROLE);

      proxy.on(RequestKind.LIST, new ProxyBehaviour.Forward());
      await().until(() -> !cache(server).has(namespace + "/gone"));
      await().until(() -> cache(server).has(namespace + "/late"));
      assertPatched(client, namespace, "late");
      assertThat(proxy.count(RequestKind.GET)).as("known again").isOne();
    }
  }

  private WebhookServer start(Path kubeconfig) throws UnusableContentException {
    ServeSettings settings =
        TestSettings.withObservation(
            TestSettings.withAccounts(
                TestSettings.selfSigned(folder.resolve("ca.crt")),
                new AccountSourceSettings.Cluster(
                    Optional.of(kubeconfig), Optional.empty(), Duration.ofSeconds(20))),
            new ObservationSettings(false, Debugging.FROM_LOOPBACK));
    return WebhookServer.start(settings);
  }

  private static void assertPatched(HttpsClient client, String namespace, String account)
      throws Exception {
    JsonNode answer =
        JSON.readTree(client.mutate(Reviews.podCreation("u-1", namespace, account)).body());
    assertThat(answer.path("response").has("patch")).as(account).isTrue();
  }

  private static JsonNode cache(WebhookServer server) throws Exception {
    return JSON.readTree(get(server, CACHE));
  }

  private static String get(WebhookServer server, String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + server.metricsPort() + path);
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  private void create(String namespace, String name) {
    cluster.createAccount(
        new AccountKey(namespace, name), Map.of("eks.amazonaws.com/role-arn", ROLE));
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofMinutes(1));
  }
}
