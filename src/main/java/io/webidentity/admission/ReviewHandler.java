package io.webidentity.admission;

import io.webidentity.admission.Answer.Failure;
import io.webidentity.admission.Review.Header;
import io.webidentity.admission.Review.Subject;
import io.webidentity.identity.AccountKey;
import io.webidentity.identity.AccountLookup;
import io.webidentity.identity.IdentityAnnotations;
import io.webidentity.identity.IdentityGuard;
import io.webidentity.identity.IdentityResolver;
import io.webidentity.identity.NamespaceLookup;
import io.webidentity.identity.NamespaceProperties;
import io.webidentity.identity.Namespaces;
import io.webidentity.identity.Resolution;
import io.webidentity.identity.ServiceAccounts;
import io.webidentity.injection.Decision;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Identity;
import io.webidentity.injection.Injector;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.MemoryExceededException;
import io.webidentity.injection.MemoryExceededException.Bound;
import io.webidentity.injection.Reason;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Answers AdmissionReviews: reads, asks who the pod is, decides, writes. Never blocks; the one
 * place that echoes the UID and turns exceptions into answers.
 */
public final class ReviewHandler {
  private final ReviewReader reader;
  private final ServiceAccounts accounts;
  private final Namespaces namespaces;
  private final IdentityResolver resolver;
  private final IdentityGuard guard;
  private final Injector injector;
  private final DecisionRecorder recorder;
  private final AnswerWriter writer = new AnswerWriter();

  /** Answers from the accounts and Namespaces given. */
  public ReviewHandler(
      ReviewReader reader,
      ServiceAccounts accounts,
      Namespaces namespaces,
      IdentityResolver resolver,
      IdentityGuard guard,
      Injector injector,
      DecisionRecorder recorder) {
    this.reader = reader;
    this.accounts = accounts;
    this.namespaces = namespaces;
    this.resolver = resolver;
    this.guard = guard;
    this.injector = injector;
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
      case Subject.PodCreation creation -> answer(new Creation(review.header(), creation, memory));
      case Subject.PodDebugging debugging ->
          done(decided(review.header(), debugging, injector.decide(debugging.added()), memory));
    };
  }

  /**
   * A pod's creation that is decided on.
   *
   * @param memory for deciding and answering
   */
  private record Creation(Header header, Subject.PodCreation subject, MemoryBudget memory) {
    AccountKey account() {
      return new AccountKey(subject.namespace(), subject.pod().serviceAccountName());
    }
  }

  private CompletionStage<Answer> answer(Creation creation) {
    Optional<Decision.Skip> skip = injector.skipBeforeIdentity(creation.subject().pod());
    if (skip.isPresent()) {
      return done(decided(creation, skip.get()));
    }
    AccountKey key = creation.account();
    Optional<IdentityAnnotations> known = accounts.known(key);
    Optional<NamespaceProperties> space = namespaces.known(key.namespace());
    if (known.isPresent() && space.isPresent()) {
      return answer(
          creation, new AccountLookup.Found(known.get()), new NamespaceLookup.Found(space.get()));
    }
    // Both are asked before either is waited for: together they take no longer than the slower.
    CompletionStage<AccountLookup> account = lookUp(key, known);
    CompletionStage<NamespaceLookup> namespace = lookUp(key.namespace(), space);
    return account
        .thenCombine(namespace, (a, n) -> answer(creation, a, n))
        .thenCompose(answer -> answer)
        .exceptionally(this::failed);
  }

  private CompletionStage<AccountLookup> lookUp(
      AccountKey account, Optional<IdentityAnnotations> known) {
    return known
        .<CompletionStage<AccountLookup>>map(
            annotations -> CompletableFuture.completedFuture(new AccountLookup.Found(annotations)))
        .orElseGet(() -> accounts.lookUpLive(account));
  }

  private CompletionStage<NamespaceLookup> lookUp(
      String namespace, Optional<NamespaceProperties> known) {
    return known
        .<CompletionStage<NamespaceLookup>>map(
            properties -> CompletableFuture.completedFuture(new NamespaceLookup.Found(properties)))
        .orElseGet(() -> namespaces.lookUpLive(namespace));
  }

  private CompletionStage<Answer> answer(
      Creation creation, AccountLookup account, NamespaceLookup namespace) {
    AccountKey key = creation.account();
    return guard
        .check(key, resolver.resolve(key, account, namespace))
        .thenApply(resolution -> {
          recorder.resolved(account, resolution);
          return answer(creation, resolution);
        })
        .exceptionally(this::failed);
  }

  private Answer answer(Creation creation, Resolution resolution) {
    return switch (resolution) {
      case Resolution.Resolved(Identity identity) ->
          decided(creation, injector.decide(creation.subject().pod(), identity));
      case Resolution.None(Reason reason, List<Finding> findings) ->
          decided(creation, new Decision.Skip(reason, findings));
      case Resolution.Rejected(Reason reason, List<Finding> findings) ->
          decided(creation, new Decision.Reject(reason, findings));
      case Resolution.Undecided(Reason reason, String message) -> {
        recorder.undecided(creation.header(), creation.subject(), reason, message);
        yield new Answer.Refused(reason, Failure.UNAVAILABLE, message);
      }
    };
  }

  private Answer decided(Creation creation, Decision decision) {
    return decided(creation.header(), creation.subject(), decision, creation.memory());
  }

  private Answer decided(
      Header header, Subject.OfPod subject, Decision decision, MemoryBudget memory) {
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
    recorder.decided(header, subject, decision);
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
