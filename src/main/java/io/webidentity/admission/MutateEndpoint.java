package io.webidentity.admission;

import io.webidentity.admission.Answer.Failure;
import io.webidentity.admission.CallerCheck.Caller;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.Reason;
import io.webidentity.observability.ReferenceMetrics;
import io.webidentity.observability.ServingState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /mutate} answers, whatever speaks HTTP: who may ask, what a body must be, what is
 * counted.
 */
public final class MutateEndpoint {
  /** Where it is. */
  static final String PATH = "/mutate";

  /**
   * Largest body accepted, bytes; the API server itself takes no object over 3 MiB, and a review
   * has two at the most.
   */
  public static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

  static final String JSON = "application/json";

  private final ReviewHandler handler;
  private final DecisionMetrics metrics;
  private final ReferenceMetrics reference;
  private final ServingState state;
  private final CallerCheck callers;
  private final Responder answering;
  private final AdmissionGate gate;
  private final WarmUpDiversion diversion;
  private final LargeReviews large = new LargeReviews();

  /** Answers by the parts given. */
  public MutateEndpoint(
      ReviewHandler handler,
      DecisionMetrics metrics,
      ReferenceMetrics reference,
      ServingState state,
      CallerCheck callers,
      Responder answering,
      AdmissionGate gate,
      WarmUpDiversion diversion) {
    this.diversion = diversion;
    this.handler = handler;
    this.metrics = metrics;
    this.reference = reference;
    this.state = state;
    this.callers = callers;
    this.answering = answering;
    this.gate = gate;
  }

  /** What bounds the requests under way; whoever speaks HTTP enters and leaves. */
  AdmissionGate gate() {
    return gate;
  }

  /** Whether answers ask clients to close their connections. */
  boolean draining() {
    return state.draining();
  }

  /**
   * Answers a request.
   *
   * @return never completes exceptionally but for errors of the JVM
   */
  CompletionStage<Answer> answer(MutateCall call) {
    if (!LargeReviews.include(call.body().length())) {
      try {
        return answer(call, call.admission().atOnce());
      } catch (DecidedLaterException _) {
        // Small, but of many parts.
        call.admission().beginAgain();
      }
    }
    return large.decide(() -> answer(call, call.admission().whole()));
  }

  private CompletionStage<Answer> answer(MutateCall call, MemoryBudget reading) {
    MutateEndpoint warmUp = diversion.of(call.contentType());
    return warmUp == null ? answerHere(call, reading) : warmUp.answerHere(call, reading);
  }

  private CompletionStage<Answer> answerHere(MutateCall call, MemoryBudget reading) {
    long start = System.nanoTime();
    CompletionStage<Answer> decided = decide(call, reading);
    metrics.started();
    CompletionStage<Answer> pending = answering.answer(call.body(), decided);
    return pending.thenApply(answer -> {
      long nanos = System.nanoTime() - start;
      metrics.finished(Outcome.of(answer), Duration.ofNanos(nanos));
      reference.answered(answer.status(), nanos);
      return answer;
    });
  }

  /** The answer to a body of more than {@link #MAX_BODY_BYTES}. */
  Answer tooLarge() {
    return counted(
        handler.refused(
            Reason.BODY_TOO_LARGE,
            Failure.CONTENT_TOO_LARGE,
            "the body is larger than " + MAX_BODY_BYTES + " bytes"));
  }

  /** The answer to a body with a Content-Encoding, such as gzip: API servers use none. */
  Answer encoded() {
    return counted(
        handler.refused(
            Reason.UNSUPPORTED_MEDIA_TYPE,
            Failure.UNSUPPORTED_MEDIA_TYPE,
            "a body with a Content-Encoding is not read; send the review as it is"));
  }

  /** The answer to a request that the gate did not let in. */
  Answer overloaded() {
    return counted(
        handler.overloaded(
            "too many requests are under way; the API server is asked to try again"));
  }

  /** The answer to a request whose body was given up. */
  Answer tooSlow() {
    return counted(
        handler.overloaded(
            "the body came slowly while many others came in; it was given up, and is to be sent"
                + " again"));
  }

  private Answer counted(Answer refused) {
    reference.refused(refused.status());
    return refused;
  }

  private CompletionStage<Answer> decide(MutateCall call, MemoryBudget reading) {
    try {
      return judge(call, reading);
    } catch (DecidedLaterException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      // An Error, such as too little memory, must not keep the place that others need.
      return CompletableFuture.completedFuture(handler.failed(e));
    }
  }

  private CompletionStage<Answer> judge(MutateCall call, MemoryBudget reading) {
    Caller caller = callers.check(call.session());
    if (caller != Caller.ALLOWED) {
      return CompletableFuture.completedFuture(
          handler.refused(Reason.CLIENT_NOT_TRUSTED, Failure.FORBIDDEN, caller.refusal()));
    }
    if (!isJson(call.contentType())) {
      return CompletableFuture.completedFuture(
          handler.refused(
              Reason.UNSUPPORTED_MEDIA_TYPE,
              Failure.UNSUPPORTED_MEDIA_TYPE,
              "Content-Type is not application/json"));
    }
    return handler.handle(call.body(), reading, call.admission().whole());
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
    return type.strip().equalsIgnoreCase(JSON);
  }
}
