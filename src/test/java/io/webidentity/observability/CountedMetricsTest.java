package io.webidentity.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.observability.ReferenceMetrics.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * The expected text is what Prometheus' client for Go 1.23 wrote for the reference's metrics and
 * these observations, without the lines of help; only sums are written differently.
 */
final class CountedMetricsTest {
  private static final Path EXPECTED =
      Path.of("src", "test", "resources", "observability", "reference-metrics.txt");

  private final AtomicBoolean accountSeen = new AtomicBoolean();
  private final CountedMetrics metrics = new CountedMetrics(accountSeen::get);

  @Test
  void the_text_is_that_of_the_references_client() throws Exception {
    accountSeen.set(true);
    metrics.answered(200, 999);
    metrics.answered(200, TimeUnit.MICROSECONDS.toNanos(125_000) + 999);
    metrics.answered(200, TimeUnit.MICROSECONDS.toNanos(125_001));
    metrics.answered(200, TimeUnit.MICROSECONDS.toNanos(1_999_999));
    metrics.answered(503, TimeUnit.SECONDS.toNanos(9));
    metrics.identified(Method.WEB_IDENTITY);
    metrics.identified(Method.WEB_IDENTITY);
    metrics.identified(Method.CONTAINER_CREDENTIALS);
    metrics.accountMissing();

    assertThat(withoutHelp())
        .containsExactlyElementsOf(
            Files.readAllLines(EXPECTED).stream()
                .map(line -> line.replace("1.125e+07", "11250000"))
                .toList());
  }

  @Test
  void every_family_says_what_it_is() {
    List<String> lines = metrics.exposition().lines().toList();

    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("# TYPE ")) {
        String name = lines.get(i).split(" ", -1)[2];
        assertThat(lines.get(i - 1)).startsWith("# HELP " + name + " ");
      }
    }
    assertThat(metrics.exposition()).endsWith("\n");
  }

  @Test
  void what_can_be_foreseen_is_there_from_the_start() {
    assertThat(withoutHelp())
        .contains(
            "http_request_count{code=\"200\",path=\"/mutate\",verb=\"POST\"} 0",
            "http_request_latencies_count{path=\"/mutate\",verb=\"POST\"} 0",
            "pod_identity_webhook_missing_sa_count 0",
            "pod_identity_webhook_pod_count{method=\"container_credentials\"} 0",
            "pod_identity_webhook_pod_count{method=\"sts_web_identity\"} 0",
            "pod_identity_webhook_used 0");
  }

  @Test
  void a_request_refused_unread_is_counted_and_in_no_distribution() {
    metrics.refused(413);

    assertThat(withoutHelp())
        .contains(
            "http_request_count{code=\"413\",path=\"/mutate\",verb=\"POST\"} 1",
            "http_request_latencies_count{path=\"/mutate\",verb=\"POST\"} 0",
            "http_request_duration_microseconds_count{path=\"/mutate\",verb=\"POST\"} 0");
  }

  @Test
  void once_used_stays_used() {
    accountSeen.set(true);
    assertThat(withoutHelp()).contains("pod_identity_webhook_used 1");
    accountSeen.set(false);
    assertThat(withoutHelp()).contains("pod_identity_webhook_used 1");
  }

  private List<String> withoutHelp() {
    return metrics.exposition().lines().filter(line -> !line.startsWith("# HELP ")).toList();
  }
}
