package io.webidentity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.testing.FakeServiceAccounts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsDocumentationTest {
  private static final String ROW = "| `webidentity_";

  @TempDir Path folder;

  @Test
  void the_documentation_lists_exactly_the_metrics_there_are() throws Exception {
    List<String> documented =
        Files.readString(Path.of("docs/metrics.md"))
            .lines()
            .filter(line -> line.startsWith(ROW))
            .map(line -> line.substring(3, line.indexOf('`', 3)))
            .toList();

    assertThat(exposed()).containsExactlyInAnyOrderElementsOf(documented);
  }

  private List<String> exposed() throws Exception {
    ServeSettings settings = TestSettings.selfSigned(folder.resolve("ca.crt"));
    try (WebhookServer server =
            WebhookServer.start(
                settings, new FakeServiceAccounts(), Sources.certificates(settings));
        HttpClient http = HttpClient.newHttpClient()) {
      URI metrics = URI.create("http://localhost:" + server.metricsPort() + "/metrics");
      return http.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith("# TYPE webidentity_"))
          .map(line -> line.split(" ")[2])
          // A histogram's largest value is a gauge of its own.
          .filter(name -> !name.endsWith("_max"))
          .toList();
    }
  }
}
