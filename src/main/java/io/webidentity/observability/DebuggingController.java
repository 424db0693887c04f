package io.webidentity.observability;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.function.Supplier;

/**
 * {@code /debug/alpha/cache} and {@code /debug/alpha/cache/clear}, as
 * amazon-eks-pod-identity-webhook has them: on the plain port, by GET or POST, and only where they
 * are switched on.
 */
@Controller("/debug/alpha/cache")
@Consumes(MediaType.ALL)
@Requires(beans = {CacheAccess.class, DebuggingCallers.class})
@ExecuteOn(TaskExecutors.BLOCKING)
public final class DebuggingController {
  private static final String ELSEWHERE =
      "the debugging handlers answer only callers on the same machine or in the same pod: use"
          + " kubectl port-forward, or set --debugging-handlers-from=any\n";

  private final CacheAccess cache;
  private final DebuggingCallers callers;

  DebuggingController(CacheAccess cache, DebuggingCallers callers) {
    this.cache = cache;
    this.callers = callers;
  }

  /** What is kept. */
  @Get
  HttpResponse<String> show(HttpRequest<?> request) {
    return answer(
        request, () -> HttpResponse.ok(cache.json()).contentType(MediaType.APPLICATION_JSON_TYPE));
  }

  /** The same: the reference does not look at the method. */
  @Post
  HttpResponse<String> showPosted(HttpRequest<?> request) {
    return show(request);
  }

  /** Has it all read again, and says so. */
  @Get("/clear")
  HttpResponse<String> clear(HttpRequest<?> request) {
    return answer(request, () -> text(HttpStatus.OK, cache.clear() + "\n"));
  }

  /** The same. */
  @Post("/clear")
  HttpResponse<String> clearPosted(HttpRequest<?> request) {
    return clear(request);
  }

  private HttpResponse<String> answer(
      HttpRequest<?> request, Supplier<HttpResponse<String>> allowed) {
    if (request.isSecure()) {
      throw new HttpStatusException(HttpStatus.NOT_FOUND, "not on this port");
    }
    return callers.includes(request.getRemoteAddress().getAddress())
        ? allowed.get()
        : text(HttpStatus.FORBIDDEN, ELSEWHERE);
  }

  private static HttpResponse<String> text(HttpStatus status, String text) {
    return HttpResponse.<String>status(status).body(text).contentType(MediaType.TEXT_PLAIN_TYPE);
  }
}
