package io.webidentity.admission;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.exceptions.ContentLengthExceededException;
import io.webidentity.admission.Answer.Failure;
import io.webidentity.admission.CallerCheck.Caller;
import io.webidentity.injection.Reason;
import io.webidentity.observability.ReferenceMetrics;
import io.webidentity.observability.ServingState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /mutate}: the endpoint that the API server calls. HTTP in, HTTP out; what is decided
 * is decided elsewhere.
 */
@Controller
public final class MutateController {
  /**
   * Largest body accepted, bytes; the API server itself takes no object over 3 MiB, and a review
   * has two at the most.
   */
  public static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

  private static final String RETRY_AFTER_SECONDS = "1";
  private static final byte[] NOTHING = {};

  private final ReviewHandler handler;
  private final DecisionMetrics metrics;
  private final ReferenceMetrics reference;
  private final ServingState state;
  private final CallerCheck callers;
  private final Answering answering;

  MutateController(
      ReviewHandler handler,
      DecisionMetrics metrics,
      ReferenceMetrics reference,
      ServingState state,
      CallerCheck callers,
      Answering answering) {
    this.callers = callers;
    this.answering = answering;
    this.handler = handler;
    this.metrics = metrics;
    this.reference = reference;
    this.state = state;
  }

  /** Answers one AdmissionReview. Only over TLS: the plain port has no {@code /mutate}. */
  @Post("/mutate")
  @Consumes(MediaType.ALL)
  CompletionStage<HttpResponse<byte[]>> mutate(HttpRequest<byte[]> request) {
    if (!request.isSecure()) {
      return CompletableFuture.completedFuture(HttpResponse.notFound());
    }
    long start = System.nanoTime();
    CompletionStage<Answer> pending =
        answering.answer(request.getBody().orElse(NOTHING), answer(request));
    metrics.started();
    return pending.thenApply(answer -> {
      long nanos = System.nanoTime() - start;
      metrics.finished(Outcome.of(answer), Duration.ofNanos(nanos));
      reference.answered(answer.status(), nanos);
      return respond(answer);
    });
  }

  /** A body that Micronaut stopped reading at {@link #MAX_BODY_BYTES}. */
  @Error(exception = ContentLengthExceededException.class)
  HttpResponse<byte[]> tooLarge() {
    Answer answer =
        handler.refused(
            Reason.BODY_TOO_LARGE,
            Failure.CONTENT_TOO_LARGE,
            "the body is larger than " + MAX_BODY_BYTES + " bytes");
    reference.refused(answer.status());
    return respond(answer);
  }

  private CompletionStage<Answer> answer(HttpRequest<byte[]> request) {
    Caller caller = callers.check(request);
    if (caller != Caller.ALLOWED) {
      return CompletableFuture.completedFuture(
          handler.refused(Reason.CLIENT_NOT_TRUSTED, Failure.FORBIDDEN, caller.refusal()));
    }
    if (!isJson(request.getHeaders().get(HttpHeaders.CONTENT_TYPE))) {
      return CompletableFuture.completedFuture(
          handler.refused(
              Reason.UNSUPPORTED_MEDIA_TYPE,
              Failure.UNSUPPORTED_MEDIA_TYPE,
              "Content-Type is not application/json"));
    }
    return handler.handle(request.getBody().orElse(NOTHING));
  }

  /**
   * Literally, whatever its parameters: a wildcard says nothing about a body (RFC 9110, section
   * 8.3).
   */
  private static boolean isJson(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    int parameters = contentType.indexOf(';');
    String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return type.strip().equalsIgnoreCase(MediaType.APPLICATION_JSON);
  }

  private HttpResponse<byte[]> respond(Answer answer) {
    MutableHttpResponse<byte[]> response =
        switch (answer) {
          case Answer.Reviewed(Reason _, byte[] json) -> review(json);
          case Answer.Unchanged(byte[] json) -> review(json);
          case Answer.Refused(Reason _, Failure failure, String message) -> {
            MutableHttpResponse<byte[]> refusal =
                HttpResponse.<byte[]>status(HttpStatus.valueOf(failure.status()))
                    .body((message + "\n").getBytes(StandardCharsets.UTF_8))
                    .contentType(MediaType.TEXT_PLAIN_TYPE);
            yield failure == Failure.UNAVAILABLE
                ? refusal.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
                : refusal;
          }
        };
    return state.draining() ? response.header(HttpHeaders.CONNECTION, "close") : response;
  }

  private static MutableHttpResponse<byte[]> review(byte[] json) {
    return HttpResponse.ok(json).contentType(MediaType.APPLICATION_JSON_TYPE);
  }
}
