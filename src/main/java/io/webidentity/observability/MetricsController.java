package io.webidentity.observability;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * {@code /metrics} on the plain port only: in Prometheus' text format, or in OpenMetrics' for
 * whoever accepts nothing else. The reference's metrics have names that OpenMetrics forbids.
 */
@Controller
public final class MetricsController {
  /** Prometheus' text exposition format. */
  private static final String PROMETHEUS_TEXT = "text/plain;version=0.0.4;charset=utf-8";

  /**
   * The <a href="https://prometheus.io/docs/specs/om/open_metrics_spec/">OpenMetrics</a> format.
   */
  private static final String OPEN_METRICS =
      "application/openmetrics-text;version=1.0.0;charset=utf-8";

  private static final MediaType OPEN_METRICS_TYPE = MediaType.of("application/openmetrics-text");
  private static final String GZIP = "gzip";

  private final PrometheusMeterRegistry registry;
  private final ReferenceMetrics reference;

  MetricsController(PrometheusMeterRegistry registry, ReferenceMetrics reference) {
    this.registry = registry;
    this.reference = reference;
  }

  /** Every metric; off the event loop, as a scrape walks them all. */
  @Get("/metrics")
  @Produces(MediaType.ALL)
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<byte[]> metrics(HttpRequest<?> request) throws IOException {
    if (request.isSecure()) {
      throw new HttpStatusException(HttpStatus.NOT_FOUND, "not on this port");
    }
    boolean open = acceptsOpenMetricsAlone(request);
    String text = open ? registry.scrape(OPEN_METRICS) : registry.scrape() + reference.exposition();
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    boolean gzip = acceptsGzip(request);
    MutableHttpResponse<byte[]> response =
        HttpResponse.ok(gzip ? compressed(body) : body)
            .header(HttpHeaders.CONTENT_TYPE, open ? OPEN_METRICS : PROMETHEUS_TEXT)
            .header(HttpHeaders.VARY, HttpHeaders.ACCEPT + ", " + HttpHeaders.ACCEPT_ENCODING);
    return gzip ? response.header(HttpHeaders.CONTENT_ENCODING, GZIP) : response;
  }

  private static boolean acceptsOpenMetricsAlone(HttpRequest<?> request) {
    Collection<MediaType> accepted = request.accept();
    return !accepted.isEmpty()
        && accepted.stream().allMatch(type -> type.getName().equals(OPEN_METRICS_TYPE.getName()));
  }

  /** A coding counts as refused with a weight of zero (RFC 9110, section 12.5.3). */
  private static boolean acceptsGzip(HttpRequest<?> request) {
    return request.getHeaders().getAll(HttpHeaders.ACCEPT_ENCODING).stream()
        .flatMap(header -> Arrays.stream(header.split(",")))
        .map(coding -> coding.replace(" ", "").toLowerCase(Locale.ROOT))
        .anyMatch(coding ->
            coding.equals(GZIP)
                || (coding.startsWith(GZIP + ";q=") && !coding.matches("gzip;q=0(\\.0*)?")));
  }

  private static byte[] compressed(byte[] body) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(body);
    }
    return compressed.toByteArray();
  }
}
