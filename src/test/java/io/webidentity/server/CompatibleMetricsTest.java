package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.account.AccountKey;
import io.webidentity.config.IdentitySourceSettings;
import io.webidentity.config.ObservationSettings;
import io.webidentity.config.ObservationSettings.Debugging;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.TrustingClients;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --compatible-metrics}, as a scrape of the server shows them. */
final class CompatibleMetricsTest {
  private static final String ROLE = "arn:aws:iam::111122223333:role/reports";
  private static final AccountKey ANNOTATED = new AccountKey("shop", "annotated");
  private static final AccountKey LISTED = new AccountKey("shop", "listed");
  private static final AccountKey PLAIN = new AccountKey("shop", "plain");
  private static final AccountKey GONE = new AccountKey("shop", "gone");
  private static final AccountKey UNREADABLE = new AccountKey("shop", "unreadable");
  private static final AccountKey LATE = new AccountKey("shop", "late");

  @TempDir Path folder;

  private final FakeServiceAccounts accounts =
      new FakeServiceAccounts()
          .know(ANNOTATED, ROLE)
          .knowWithoutRole(PLAIN)
          .answer(LISTED, new ObjectLookup.NotFound<>())
          .answer(GONE, new ObjectLookup.NotFound<>())
          .answer(UNREADABLE, new ObjectLookup.Failed<>(LookupResult.TIMEOUT, "no answer"))
          .answer(LATE, new ObjectLookup.Found<>(FakeServiceAccounts.withRole(ROLE)));

  @Test
  void a_scrape_shows_what_the_reference_would_have_counted() throws Exception {
    List<String> scrape =
        scrapeAfterRequests(new ObservationSettings(true, Debugging.OFF)).stream()
            .filter(line -> line.contains("http_request_") || line.contains("pod_identity_"))
            .filter(line -> !line.startsWith("# HELP"))
            .map(CompatibleMetricsTest::withoutTimes)
            .toList();

    assertThat(scrape)
        .containsExactly(
            "# TYPE http_request_count counter",
            "http_request_count{code=\"200\",path=\"/mutate\",verb=\"POST\"} 6",
            "http_request_count{code=\"400\",path=\"/mutate\",verb=\"POST\"} 1",
            "http_request_count{code=\"413\",path=\"/mutate\",verb=\"POST\"} 1",
            "http_request_count{code=\"503\",path=\"/mutate\",verb=\"POST\"} 1",
            "# TYPE http_request_duration_microseconds summary",
            "http_request_duration_microseconds_sum{path=\"/mutate\",verb=\"POST\"} *",
            "http_request_duration_microseconds_count{path=\"/mutate\",verb=\"POST\"} 8",
            "# TYPE http_request_latencies histogram",
            "http_request_latencies_bucket{path=\"/mutate\",verb=\"POST\",le=\"125000\"} *",
            "http_request_latencies_bucket{path=\"/mutate\",verb=\"POST\",le=\"250000\"} *",
            "http_request_latencies_bucket{path=\"/mutate\",verb=\"POST\",le=\"500000\"} *",
            "http_request_latencies_bucket{path=\"/mutate\",verb=\"POST\",le=\"1e+06\"} *",
            "http_request_latencies_bucket{path=\"/mutate\",verb=\"POST\",le=\"2e+06\"} *",
            "http_request_latencies_bucket{path=\"/mutate\",verb=\"POST\",le=\"4e+06\"} *",
            "http_request_latencies_bucket{path=\"/mutate\",verb=\"POST\",le=\"8e+06\"} *",
            "http_request_latencies_bucket{path=\"/mutate\",verb=\"POST\",le=\"+Inf\"} 8",
            "http_request_latencies_sum{path=\"/mutate\",verb=\"POST\"} *",
            "http_request_latencies_count{path=\"/mutate\",verb=\"POST\"} 8",
            "# TYPE pod_identity_webhook_missing_sa_count counter",
            "pod_identity_webhook_missing_sa_count 2",
            "# TYPE pod_identity_webhook_pod_count counter",
            "pod_identity_webhook_pod_count{method=\"container_credentials\"} 1",
            "pod_identity_webhook_pod_count{method=\"sts_web_identity\"} 2",
            "# TYPE pod_identity_webhook_used gauge",
            "pod_identity_webhook_used 1");
  }

  @Test
  void without_the_flag_none_of_them_is_there() throws Exception {
    assertThat(scrapeAfterRequests(ObservationSettings.NONE))
        .noneMatch(line -> line.contains("http_request_") || line.contains("pod_identity_"))
        .anyMatch(line -> line.startsWith("webidentity_decisions_total"));
  }

  private List<String> scrapeAfterRequests(ObservationSettings observation) throws Exception {
    Path authority = folder.resolve("ca.crt");
    Path listed = folder.resolve("identities.json");
    Files.writeString(
        listed, "{\"identities\":[{\"namespace\":\"shop\",\"serviceAccount\":\"listed\"}]}");
    ServeSettings settings =
        TestSettings.withObservation(
            TestSettings.withSources(
                TestSettings.selfSigned(authority),
                new IdentitySourceSettings(
                    Optional.of(listed), false, Optional.empty(), Optional.empty())),
            observation);
    try (WebhookServer server =
            WebhookServer.start(settings, accounts, Sources.certificates(settings, () -> true));
        HttpsClient client = new HttpsClient(TrustingClients.sslContext(authority), server.port());
        HttpClient http = HttpClient.newHttpClient()) {
      for (AccountKey account : List.of(ANNOTATED, LISTED, PLAIN, GONE, UNREADABLE, LATE)) {
        client.mutate(Reviews.podCreation("u-1", account.namespace(), account.name()));
      }
      String optedOut = "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[]}}";
      client.mutate(Reviews.podCreation("u-1", "shop", optedOut, ""));
      client.mutate("{");
      client.mutate(" ".repeat(8 * 1024 * 1024 + 1));
      URI metrics = URI.create("http://localhost:" + server.metricsPort() + "/metrics");
      HttpResponse<String> scrape =
          http.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString());
      assertThat(scrape.headers().firstValue("Content-Type"))
          .hasValueSatisfying(type -> assertThat(type).contains("version=0.0.4"));
      return scrape.body().lines().toList();
    }
  }

  /** How long requests take is not the same twice. */
  private static String withoutTimes(String line) {
    boolean times = line.contains("_sum{") || (line.contains("_bucket{") && !line.contains("+Inf"));
    return times ? line.substring(0, line.lastIndexOf(' ')) + " *" : line;
  }
}
