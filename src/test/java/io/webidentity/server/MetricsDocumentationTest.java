package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.config.AuditSettings;
import io.webidentity.config.IdentitySourceSettings;
import io.webidentity.config.ShadowSettings;
import io.webidentity.observability.MetricNames;
import io.webidentity.testing.server.FakeNamespaces;
import io.webidentity.testing.server.FakeServiceAccounts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsDocumentationTest {
  private static final String TYPE = "# TYPE ";
  private static final Pattern ROW =
      Pattern.compile("\\| `(webidentity_\\w+)` \\| (?:counter|gauge|histogram).*");

  private static final Pattern LOOP =
      Pattern.compile("webidentity_background_(\\w+)\\{loop=\"(\\w+)\"} .*");

  @TempDir Path folder;

  @Test
  void the_documentation_lists_exactly_the_metrics_there_are() throws Exception {
    List<String> documented =
        Files.readString(Path.of("docs/metrics.md"))
            .lines()
            .map(ROW::matcher)
            .filter(Matcher::matches)
            .map(row -> row.group(1))
            .toList();

    Set<String> exposed = new TreeSet<>(exposed(settings()));
    // Shadow mode has names of its own instead of some.
    exposed.addAll(
        exposed(
            TestSettings.withShadow(
                settings(),
                new ShadowSettings(URI.create("https://localhost:1/mutate"), Optional.empty()))));
    exposed.addAll(
        exposed(
            TestSettings.withAudit(
                settings(), new AuditSettings(Duration.ofHours(1), 1, "system", "audit"))));
    // Its series come with what an audit finds: OldestKubernetesInstallationTest sees them.
    exposed.add(MetricNames.AUDIT_PODS);
    assertThat(exposed).containsExactlyInAnyOrderElementsOf(documented);
  }

  @Test
  void every_loop_is_documented_and_has_its_series_from_the_start() throws Exception {
    String documented = Files.readString(Path.of("docs/metrics.md"));
    List<String> loops =
        page(settings())
            .lines()
            .map(LOOP::matcher)
            .filter(Matcher::matches)
            .map(series -> series.group(1) + " " + series.group(2))
            .toList();

    assertThat(loops)
        .contains("age_seconds container_credentials", "errors_total container_credentials")
        .allSatisfy(loop ->
            assertThat(documented).contains("`" + loop.substring(loop.indexOf(' ') + 1) + "`"));
  }

  private ServeSettings settings() {
    return TestSettings.withSources(
        TestSettings.selfSigned(folder.resolve("ca.crt")),
        new IdentitySourceSettings(
            Optional.of(folder.resolve("not-there")), false, Optional.empty(), Optional.empty()));
  }

  private static List<String> exposed(ServeSettings settings) throws Exception {
    return page(settings)
        .lines()
        .filter(line -> line.startsWith(TYPE + "webidentity_"))
        .map(line -> line.substring(TYPE.length(), line.lastIndexOf(' ')))
        // A histogram's largest value is a gauge of its own.
        .filter(name -> !name.endsWith("_max"))
        .toList();
  }

  private static String page(ServeSettings settings) throws Exception {
    try (WebhookServer server =
            WebhookServer.start(
                settings,
                new FakeServiceAccounts(),
                new FakeNamespaces(),
                Sources.certificates(settings, () -> true));
        HttpClient http = HttpClient.newHttpClient()) {
      URI metrics = URI.create("http://localhost:" + server.metricsPort() + "/metrics");
      return http.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString()).body();
    }
  }
}
