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
import io.micronaut.http.exceptions.HttpStatusException;
import io.webidentity.admission.Answer.Failure;
import io.webidentity.injection.Reason;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code POST /mutate} for every client that HTTP allows: whatever {@link MutateHandler} does not
 * take, such as bodies in chunks, comes here. Both answer the same.
 */
@Controller
public final class MutateController {
  private static final String RETRY_AFTER_SECONDS = "1";
  private static final byte[] NOTHING = {};

  private final MutateEndpoint endpoint;

  MutateController(MutateEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** Answers one AdmissionReview. Only over TLS: the plain port has no {@code /mutate}. */
  @Post(MutateEndpoint.PATH)
  @Consumes(MediaType.ALL)
  CompletionStage<HttpResponse<byte[]>> mutate(HttpRequest<byte[]> request) {
    if (!request.isSecure()) {
      throw new HttpStatusException(HttpStatus.NOT_FOUND, "not on this port");
    }
    if (request.getHeaders().contains(HttpHeaders.CONTENT_ENCODING)) {
      return CompletableFuture.completedFuture(respond(endpoint.encoded()));
    }
    byte[] body = request.getBody().orElse(NOTHING);
    AdmissionGate.Admission admission = endpoint.gate().enter(body.length);
    if (admission == null) {
      return CompletableFuture.completedFuture(respond(endpoint.overloaded()));
    }
    return ask(new MutateCall(
            request.getHeaders().get(HttpHeaders.CONTENT_TYPE),
            request.getSslSession(),
            ReviewBytes.of(body),
            admission))
        .whenComplete((answer, failure) -> admission.leave())
        .thenApply(this::respond);
  }

  private CompletionStage<Answer> ask(MutateCall call) {
    try {
      return endpoint.answer(call);
    } catch (RuntimeException | java.lang.Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** A body that Micronaut stopped reading at {@link MutateEndpoint#MAX_BODY_BYTES}. */
  @Error(exception = ContentLengthExceededException.class)
  HttpResponse<byte[]> tooLarge() {
    return respond(endpoint.tooLarge());
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
    return endpoint.draining() ? response.header(HttpHeaders.CONNECTION, "close") : response;
  }

  private static MutableHttpResponse<byte[]> review(byte[] json) {
    return HttpResponse.ok(json).contentType(MediaType.APPLICATION_JSON_TYPE);
  }
}
