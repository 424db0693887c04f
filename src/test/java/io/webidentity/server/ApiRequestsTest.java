package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webidentity.config.AccountSourceSettings;
import io.webidentity.testing.cluster.Kubeconfig;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.SampleApiServer;
import io.webidentity.testing.server.TrustingClients;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metric of requests to the API server. */
class ApiRequestsTest {
  @TempDir Path folder;

  @Test
  void each_request_counts_by_method_and_status() throws Exception {
    try (SampleApiServer api = SampleApiServer.start();
        WebhookServer server = start(api.user());
        HttpsClient client =
            new HttpsClient(TrustingClients.sslContext(folder.resolve("ca.crt")), server.port())) {
      await().until(() -> server.missing().isEmpty());
      double missed = count(server, "404");

      client.mutate(Reviews.podCreation("u-1", "shop", "unknown"));

      assertThat(count(server, "404")).isEqualTo(missed + 1);
      assertThat(count(server, "200")).isPositive();
    }
  }

  private WebhookServer start(Kubeconfig user) throws Exception {
    ServeSettings settings =
        TestSettings.withAccounts(
            TestSettings.selfSigned(folder.resolve("ca.crt")),
            new AccountSourceSettings.Cluster(
                Optional.of(user.writeTo(folder.resolve("kubeconfig"))),
                Optional.empty(),
                Duration.ofSeconds(2)));
    return WebhookServer.start(
        settings, Sources.accounts(settings), Sources.certificates(settings, () -> true));
  }

  private static double count(WebhookServer server, String code) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI metrics = URI.create("http://localhost:" + server.metricsPort() + "/metrics");
      String sample = "webidentity_api_requests_total{code=\"%s\",method=\"GET\"} ".formatted(code);
      return http.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith(sample))
          .mapToDouble(line -> Double.parseDouble(line.substring(sample.length())))
          .sum();
    }
  }
}
