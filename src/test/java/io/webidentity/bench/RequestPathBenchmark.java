package io.webidentity.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webidentity.admission.Answer;
import io.webidentity.admission.DecisionMetrics;
import io.webidentity.admission.DecisionRecorder;
import io.webidentity.admission.EphemeralContainerRule;
import io.webidentity.admission.MalformedReviewException;
import io.webidentity.admission.PodEvents;
import io.webidentity.admission.Review;
import io.webidentity.admission.ReviewBytes;
import io.webidentity.admission.ReviewHandler;
import io.webidentity.admission.ReviewReader;
import io.webidentity.config.IdentitySettings;
import io.webidentity.identity.AccountKey;
import io.webidentity.identity.IdentityGuard;
import io.webidentity.identity.IdentityResolver;
import io.webidentity.identity.IdentitySources;
import io.webidentity.identity.Namespaces;
import io.webidentity.identity.RoleMap;
import io.webidentity.injection.ContainerCredentialsSettings;
import io.webidentity.injection.InjectionSettings;
import io.webidentity.injection.Injector;
import io.webidentity.injection.PodReader;
import io.webidentity.injection.SessionSettings;
import io.webidentity.observability.ReferenceMetrics;
import io.webidentity.testing.FakeServiceAccounts;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a request costs without network, TLS and HTTP: {@code make bench-path}, time and bytes
 * allocated.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RequestPathBenchmark {
  private static final String PREFIX = "eks.amazonaws.com";

  /** Which of {@link ReviewBody#all}. */
  @Param({"0", "1", "2", "3"})
  public int body;

  private final PodReader pods = new PodReader(PREFIX);
  private final ReviewReader reader = new ReviewReader(pods, EphemeralContainerRule.IGNORE);
  private final ReviewHandler handler = handler(reader);
  private ReviewBytes bytes = ReviewBytes.of(new byte[0]);

  /** Makes the body. */
  @Setup
  public void setUp() {
    bytes = ReviewBytes.of(ReviewBody.all().get(body).json());
  }

  /** Reads the review. */
  @Benchmark
  public Review read() throws MalformedReviewException {
    return reader.read(bytes);
  }

  /** Reads, resolves, decides and writes the answer. */
  @Benchmark
  public Answer answer() {
    return handler.handle(bytes).toCompletableFuture().join();
  }

  private static ReviewHandler handler(ReviewReader reader) {
    return new ReviewHandler(
        reader,
        new FakeServiceAccounts()
            .know(
                new AccountKey(ReviewBody.NAMESPACE, ReviewBody.WITH_ROLE),
                "arn:aws:iam::111122223333:role/reports")
            .knowWithoutRole(new AccountKey(ReviewBody.NAMESPACE, ReviewBody.WITHOUT_ROLE)),
        Namespaces.NONE,
        new IdentityResolver(
            new IdentitySettings(
                PREFIX,
                "sts.amazonaws.com",
                86_400,
                false,
                Optional.empty(),
                "pods.eks.amazonaws.com"),
            SessionSettings.NONE,
            new IdentitySources(_ -> false, RoleMap.EMPTY, UnaryOperator.identity())),
        IdentityGuard.NONE,
        new Injector(
            new InjectionSettings(
                PREFIX,
                "/var/run/secrets/eks.amazonaws.com/serviceaccount",
                ContainerCredentialsSettings.DEFAULT),
            (_, highest) -> highest),
        new DecisionRecorder(
            new DecisionMetrics(new SimpleMeterRegistry(), io.webidentity.admission.Mode.INJECTING),
            ReferenceMetrics.NONE,
            PodEvents.NONE));
  }
}
