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
import io.webidentity.injection.Pod;
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
   */
  public CompletionStage<Answer> handle(ReviewBytes body) {
    Review review;
    try {
      review = reader.read(body);
    } catch (MalformedReviewException e) {
      Finding problem = Finding.malformedReview(String.valueOf(e.getMessage()));
      return done(refused(problem.reason(), Failure.BAD_REQUEST, problem.message()));
    } catch (RuntimeException e) {
      return done(failed(e));
    }
    try {
      return answer(review);
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

  private CompletionStage<Answer> answer(Review review) {
    return switch (review.subject()) {
      case Subject.Other(String description) -> {
        recorder.ignored(review.header(), description);
        yield done(
            new Answer.Reviewed(
                Reason.NOT_A_POD_CREATION,
                writer.write(review.header(), Optional.empty(), List.of())));
      }
      case Subject.PodCreation creation -> answer(review.header(), creation);
      case Subject.PodDebugging debugging ->
          done(decided(review.header(), debugging, injector.decide(debugging.added())));
    };
  }

  private CompletionStage<Answer> answer(Header header, Subject.PodCreation creation) {
    Pod pod = creation.pod();
    Optional<Decision.Skip> skip = injector.skipBeforeIdentity(pod);
    if (skip.isPresent()) {
      return done(decided(header, creation, skip.get()));
    }
    AccountKey key = account(creation);
    Optional<IdentityAnnotations> known = accounts.known(key);
    Optional<NamespaceProperties> space = namespaces.known(key.namespace());
    if (known.isPresent() && space.isPresent()) {
      return answer(
          header,
          creation,
          new AccountLookup.Found(known.get()),
          new NamespaceLookup.Found(space.get()));
    }
    // Both are asked before either is waited for: together they take no longer than the slower.
    CompletionStage<AccountLookup> account = lookUp(key, known);
    CompletionStage<NamespaceLookup> namespace = lookUp(key.namespace(), space);
    return account
        .thenCombine(namespace, (a, n) -> answer(header, creation, a, n))
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
      Header header,
      Subject.PodCreation creation,
      AccountLookup account,
      NamespaceLookup namespace) {
    AccountKey key = account(creation);
    return guard
        .check(key, resolver.resolve(key, account, namespace))
        .thenApply(resolution -> {
          recorder.resolved(account, resolution);
          return answer(header, creation, resolution);
        })
        .exceptionally(this::failed);
  }

  private Answer answer(Header header, Subject.PodCreation creation, Resolution resolution) {
    return switch (resolution) {
      case Resolution.Resolved(Identity identity) ->
          decided(header, creation, injector.decide(creation.pod(), identity));
      case Resolution.None(Reason reason, List<Finding> findings) ->
          decided(header, creation, new Decision.Skip(reason, findings));
      case Resolution.Rejected(Reason reason, List<Finding> findings) ->
          decided(header, creation, new Decision.Reject(reason, findings));
      case Resolution.Undecided(Reason reason, String message) -> {
        recorder.undecided(header, creation, reason, message);
        yield new Answer.Refused(reason, Failure.UNAVAILABLE, message);
      }
    };
  }

  private static AccountKey account(Subject.PodCreation creation) {
    return new AccountKey(creation.namespace(), creation.pod().serviceAccountName());
  }

  private Answer decided(Header header, Subject.OfPod subject, Decision decision) {
    recorder.decided(header, subject, decision);
    byte[] body =
        switch (decision) {
          case Decision.Inject inject ->
              writer.write(header, Optional.of(inject.patch()), inject.findings());
          case Decision.Skip skip -> writer.write(header, Optional.empty(), skip.findings());
          case Decision.Reject reject -> writer.reject(header, reject);
        };
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
