package io.webidentity.admission;

import io.webidentity.admission.Answer.Failure;
import io.webidentity.admission.Review.Header;
import io.webidentity.admission.Review.Subject;
import io.webidentity.decision.PodDecider;
import io.webidentity.decision.PodDecision;
import io.webidentity.identity.Resolution;
import io.webidentity.injection.Decision;
import io.webidentity.injection.Finding;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.MemoryExceededException;
import io.webidentity.injection.MemoryExceededException.Bound;
import io.webidentity.injection.Reason;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Answers AdmissionReviews: reads, asks the {@link PodDecider}, records, writes. Never blocks; the
 * one place that echoes the UID and turns exceptions into answers.
 */
public final class ReviewHandler {
  private final ReviewReader reader;
  private final PodDecider decider;
  private final DecisionRecorder recorder;
  private final AnswerWriter writer = new AnswerWriter();

  /** Answers by the parts given. */
  public ReviewHandler(ReviewReader reader, PodDecider decider, DecisionRecorder recorder) {
    this.reader = reader;
    this.decider = decider;
    this.recorder = recorder;
  }

  /**
   * Answers a request's body, which is not needed any more when this returns; the stage never
   * completes exceptionally.
   *
   * @param memory for reading, deciding and answering
   */
  public CompletionStage<Answer> handle(ReviewBytes body, MemoryBudget memory) {
    return handle(body, memory, memory);
  }

  /**
   * The same, with less for reading.
   *
   * @param reading for what is read
   * @param memory for deciding and answering as well
   * @throws DecidedLaterException if reading takes more than it may on an event loop
   */
  CompletionStage<Answer> handle(ReviewBytes body, MemoryBudget reading, MemoryBudget memory) {
    Review review;
    try {
      review = reader.read(body, reading);
    } catch (OversizedReviewException e) {
      if (e.bound() == Bound.OF_DECISIONS_AT_ONCE) {
        throw new DecidedLaterException(e);
      }
      return done(oversized(e.bound(), String.valueOf(e.getMessage())));
    } catch (MalformedReviewException e) {
      Finding problem = Finding.malformedReview(String.valueOf(e.getMessage()));
      return done(refused(problem.reason(), Failure.BAD_REQUEST, problem.message()));
    } catch (RuntimeException e) {
      return done(failed(e));
    }
    try {
      return answer(review, memory);
    } catch (RuntimeException e) {
      return done(failed(e));
    }
  }

  /** Answers that there is too much to do; nothing was read. */
  public Answer overloaded(String message) {
    recorder.refused(Reason.OVERLOADED, Reason.OVERLOADED.sentence());
    return new Answer.Refused(Reason.OVERLOADED, Failure.UNAVAILABLE, message);
  }

  /** Answers what could not even be handed to {@link #handle}. */
  public Answer refused(Reason reason, Failure failure, String message) {
    recorder.refused(reason, message);
    return new Answer.Refused(reason, failure, message);
  }

  private Answer oversized(Bound bound, String message) {
    return switch (bound) {
      case OF_ONE_DECISION, OF_DECISIONS_AT_ONCE ->
          refused(Reason.BODY_TOO_LARGE, Failure.CONTENT_TOO_LARGE, message);
      case OF_ALL_DECISIONS -> overloaded(message + " beside what else is under way");
    };
  }

  private CompletionStage<Answer> answer(Review review, MemoryBudget memory) {
    return switch (review.subject()) {
      case Subject.Other(String description) -> {
        recorder.ignored(review.header(), description);
        yield done(
            new Answer.Reviewed(
                Reason.NOT_A_POD_CREATION, AnswerWriter.unchanged(review.header())));
      }
      case Subject.PodCreation creation ->
          decider
              .decide(creation.namespace(), creation.pod())
              .thenApply(decision -> answer(review.header(), creation, decision, memory))
              .exceptionally(this::failed);
      case Subject.PodDebugging debugging ->
          done(
              decided(review.header(), debugging, decider.decide(debugging.added()), null, memory));
    };
  }

  private Answer answer(
      Header header, Subject.PodCreation subject, PodDecision decision, MemoryBudget memory) {
    return switch (decision) {
      case PodDecision.Unasked(Decision.Skip skip) -> decided(header, subject, skip, null, memory);
      case PodDecision.Decided decided -> {
        recorder.resolved(decided);
        Resolution.Resolved resolved =
            decided.resolution() instanceof Resolution.Resolved found ? found : null;
        yield decided(header, subject, decided.decision(), resolved, memory);
      }
      case PodDecision.Undecided undecided -> {
        recorder.undecided(header, subject, undecided);
        yield new Answer.Refused(undecided.reason(), Failure.UNAVAILABLE, undecided.message());
      }
    };
  }

  private Answer decided(
      Header header,
      Subject.OfPod subject,
      Decision decision,
      Resolution.@Nullable Resolved resolved,
      MemoryBudget memory) {
    byte[] body;
    try {
      body =
          switch (decision) {
            case Decision.Inject inject ->
                writer.write(header, Optional.of(inject.patch()), inject.findings(), memory);
            case Decision.Skip skip ->
                writer.write(header, Optional.empty(), skip.findings(), memory);
            case Decision.Reject reject -> writer.reject(header, reject, memory);
          };
    } catch (MemoryExceededException e) {
      return oversized(e.bound(), "the pod has more containers than API servers can store");
    }
    recorder.decided(header, subject, decision, resolved);
    return new Answer.Reviewed(decision.reason(), body);
  }

  /** Answers that this webhook has a defect, which the log has. */
  Answer failed(Throwable bug) {
    recorder.bug(bug);
    return new Answer.Refused(
        Reason.INTERNAL_ERROR,
        Failure.INTERNAL_ERROR,
        "web-identity-webhook failed; its log has the details");
  }

  private static CompletionStage<Answer> done(Answer answer) {
    return CompletableFuture.completedFuture(answer);
  }
}
