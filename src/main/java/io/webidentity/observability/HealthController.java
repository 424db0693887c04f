package io.webidentity.observability;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.util.List;

/**
 * {@code /healthz} and {@code /readyz}, on both ports, in the form of Kubernetes' own components: a
 * status and plain text.
 */
@Controller
@Produces(MediaType.TEXT_PLAIN)
public final class HealthController {
  private final ServingState state;

  HealthController(ServingState state) {
    this.state = state;
  }

  /** Alive: the event loop answers. */
  @Get("/healthz")
  HttpResponse<String> alive() {
    return closingWhenDraining(HttpResponse.ok("ok\n"));
  }

  /** Ready, or 503 with a line for each thing that is missing. */
  @Get("/readyz")
  HttpResponse<String> ready() {
    List<String> missing = state.missing();
    return closingWhenDraining(
        missing.isEmpty()
            ? HttpResponse.ok("ok\n")
            : HttpResponse.<String>status(HttpStatus.SERVICE_UNAVAILABLE)
                .body("not ready: " + String.join("; ", missing) + "\n"));
  }

  private HttpResponse<String> closingWhenDraining(MutableHttpResponse<String> response) {
    return state.draining() ? response.header(HttpHeaders.CONNECTION, "close") : response;
  }
}
