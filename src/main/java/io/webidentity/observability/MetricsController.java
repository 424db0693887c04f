package io.webidentity.observability;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;

/** {@code /metrics} in Prometheus' text format, on the plain port only. */
@Controller
public final class MetricsController {
  /** Prometheus' text exposition format. */
  private static final String PROMETHEUS_TEXT = "text/plain;version=0.0.4;charset=utf-8";

  private final PrometheusMeterRegistry registry;
  private final ReferenceMetrics reference;

  MetricsController(PrometheusMeterRegistry registry, ReferenceMetrics reference) {
    this.registry = registry;
    this.reference = reference;
  }

  /** Every metric; off the event loop, as a scrape walks them all. */
  @Get("/metrics")
  @Produces(PROMETHEUS_TEXT)
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<String> metrics(HttpRequest<?> request) {
    if (request.isSecure()) {
      throw new HttpStatusException(HttpStatus.NOT_FOUND, "not on this port");
    }
    return HttpResponse.ok(registry.scrape() + reference.exposition());
  }
}
