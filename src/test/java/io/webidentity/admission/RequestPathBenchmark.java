package io.webidentity.admission;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.Namespaces;
import io.webidentity.admission.Review.Subject.PodCreation;
import io.webidentity.bench.ReviewBody;
import io.webidentity.identity.IdentityResolver;
import io.webidentity.identity.Resolution;
import io.webidentity.identity.Trail;
import io.webidentity.injection.Decision;
import io.webidentity.injection.Injector;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.MemoryExceededException;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.ReviewHandlers;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a request costs without network, TLS and HTTP, in parts and as a whole: {@code make
 * bench-path}, time and bytes allocated.
 */
@State(Scope.Benchmark)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH sets up first.
public class RequestPathBenchmark {
  /** Which of {@link ReviewBody#all}. */
  @Param({"0", "1", "2", "3"})
  public int body;

  private final FakeServiceAccounts accounts =
      new FakeServiceAccounts()
          .know(
              new AccountKey(ReviewBody.NAMESPACE, ReviewBody.WITH_ROLE),
              "arn:aws:iam::111122223333:role/reports")
          .knowWithoutRole(new AccountKey(ReviewBody.NAMESPACE, ReviewBody.WITHOUT_ROLE));
  private final ReviewReader reader = ReviewHandlers.reader();
  private final IdentityResolver resolver = ReviewHandlers.resolver();
  private final Injector injector = ReviewHandlers.injector();
  private final AnswerWriter writer = new AnswerWriter();
  private final ReviewHandler handler =
      ReviewHandlers.of(
          accounts,
          Namespaces.NONE,
          new DecisionMetrics(new SimpleMeterRegistry(), Mode.INJECTING));

  private final AdmissionGate gate = new AdmissionGate(Integer.MAX_VALUE, Long.MAX_VALUE);

  private ReviewBytes bytes;
  private Review review;
  private Decision decision;

  /** Makes the body, and what the parts of the path get from those before. */
  @Setup
  public void setUp() throws MalformedReviewException, OversizedReviewException {
    bytes = ReviewBytes.of(ReviewBody.all().get(body).json());
    review = read();
    decision = decide();
  }

  /** As for each request of the server. */
  private MemoryBudget memory() {
    return Objects.requireNonNull(gate.enter(0)).whole();
  }

  /** Reads the review. */
  @Benchmark
  public Review read() throws MalformedReviewException, OversizedReviewException {
    return reader.read(bytes, memory());
  }

  /** Resolves the identity and decides what the pod needs; makes the patch. */
  @Benchmark
  public Decision decide() {
    PodCreation creation = (PodCreation) review.subject();
    AccountKey account = new AccountKey(creation.namespace(), creation.pod().serviceAccountName());
    ObjectLookup<IdentityAnnotations> known =
        new ObjectLookup.Found<>(accounts.known(account).orElseThrow());
    return switch (resolver.resolve(account, known, Namespaces.NO_SAY, Trail.ofFindings())) {
      case Resolution.Resolved resolved -> injector.decide(creation.pod(), resolved.identity());
      case Resolution.None none -> new Decision.Skip(none.reason(), none.findings());
      case Resolution.Rejected _, Resolution.Undecided _ ->
          throw new IllegalStateException("no body of these is about such an account");
    };
  }

  /** Writes the answer. */
  @Benchmark
  public byte[] write() throws MemoryExceededException {
    return decision instanceof Decision.Inject inject
        ? writer.write(review.header(), Optional.of(inject.patch()), inject.findings(), memory())
        : writer.write(review.header(), Optional.empty(), decision.findings(), memory());
  }

  /** All of it, with the metrics. */
  @Benchmark
  public Answer answer() {
    return handler.handle(bytes, memory()).toCompletableFuture().join();
  }
}
