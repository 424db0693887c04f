package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.testing.server.FakeNamespaces;
import io.webidentity.testing.server.FakeServiceAccounts;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How {@code /metrics} answers scrapers of every kind. */
class MetricsFormatTest {
  @TempDir Path folder;

  private WebhookServer server;
  private HttpClient http;

  @BeforeEach
  void start() throws Exception {
    ServeSettings settings = TestSettings.selfSigned(folder.resolve("ca.crt"));
    server =
        WebhookServer.start(
            settings,
            new FakeServiceAccounts(),
            new FakeNamespaces(),
            Sources.certificates(settings, () -> true));
    http = HttpClient.newHttpClient();
  }

  @AfterEach
  void stop() {
    http.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/*|text/plain;version=0.0.4;charset=utf-8",
        "text/plain|text/plain;version=0.0.4;charset=utf-8",
        "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5"
            + "|text/plain;version=0.0.4;charset=utf-8",
        "text/html|text/plain;version=0.0.4;charset=utf-8",
        "application/openmetrics-text|application/openmetrics-text;version=1.0.0;charset=utf-8",
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1"
            + "|application/openmetrics-text;version=1.0.0;charset=utf-8"
      })
  void the_format_is_one_that_the_scraper_accepts(String accept, String type) throws Exception {
    HttpResponse<byte[]> response = scrape("Accept", accept);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains(type);
    String text = new String(response.body(), StandardCharsets.UTF_8);
    assertThat(text).contains("webidentity_decisions_total{");
    assertThat(text.endsWith("# EOF\n")).isEqualTo(type.startsWith("application/"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip|true",
        "deflate, gzip;q=0.5|true",
        "GZIP|true",
        "gzip;q=0|false",
        "gzip;q=0.000|false",
        "identity|false",
        "br|false"
      })
  void gzip_is_given_to_whoever_accepts_it(String accept, boolean gzip) throws Exception {
    HttpResponse<byte[]> response = scrape("Accept-Encoding", accept);

    assertThat(response.headers().firstValue("Content-Encoding").isPresent()).isEqualTo(gzip);
    byte[] body = response.body();
    if (gzip) {
      body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
    }
    assertThat(new String(body, StandardCharsets.UTF_8)).contains("webidentity_build_info");
  }

  @Test
  void the_process_has_the_metrics_that_every_process_has() throws Exception {
    String text = new String(scrape("Accept", "*/*").body(), StandardCharsets.UTF_8);

    assertThat(value(text, "process_resident_memory_bytes")).isBetween(10e6, 10e9);
    assertThat(value(text, "process_cpu_seconds_total")).isBetween(0.1, 1e6);
    assertThat(value(text, "process_open_fds")).isBetween(3.0, 1e6);
    assertThat(value(text, "process_max_fds")).isBetween(64.0, 1e10);
    assertThat(value(text, "process_start_time_seconds")).isBetween(1.7e9, 1e10);
  }

  private static double value(String text, String metric) {
    return text.lines()
        .filter(line -> line.startsWith(metric + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(metric.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  private HttpResponse<byte[]> scrape(String header, String value) throws Exception {
    URI metrics = URI.create("http://localhost:" + server.metricsPort() + "/metrics");
    return http.send(
        HttpRequest.newBuilder(metrics).header(header, value).build(), BodyHandlers.ofByteArray());
  }
}
