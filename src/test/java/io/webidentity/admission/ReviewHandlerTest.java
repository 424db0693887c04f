package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.webidentity.account.AccountKey;
import io.webidentity.account.Namespaces;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.Reason;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.observability.MetricNames;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.ReviewHandlers;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a request comes to, and that it is counted once and under the right names. */
@MicronautTest(startApplication = false, environments = ReviewHandlerTest.ENVIRONMENT)
final class ReviewHandlerTest {
  static final String ENVIRONMENT = "review-handler-test";

  private static final AccountKey ANNOTATED = new AccountKey("shop", "annotated");
  private static final AccountKey PLAIN = new AccountKey("shop", "plain");
  private static final AccountKey GONE = new AccountKey("shop", "gone");
  private static final AccountKey UNREACHABLE = new AccountKey("shop", "unreachable");
  private static final AccountKey DEFECT = new AccountKey("shop", "defect");

  @Inject ReviewHandler handler;
  @Inject MeterRegistry registry;

  @Test
  void every_outcome_is_counted_once() {
    assertCounted(pod(ANNOTATED, ""), Reason.INJECTED, "injected");
    assertCounted(pod(PLAIN, ""), Reason.NO_ROLE, "skipped");
    assertCounted(pod(GONE, ""), Reason.SERVICE_ACCOUNT_NOT_FOUND, "skipped");
    assertCounted(pod(UNREACHABLE, ""), Reason.LOOKUP_FAILED, "error");
    assertCounted(pod(DEFECT, ""), Reason.INTERNAL_ERROR, "error");
    assertCounted("{", Reason.MALFORMED_REVIEW, "error");
    assertCounted(
        pod(ANNOTATED, "\"labels\":{\"eks.amazonaws.com/skip-pod-identity-webhook\":\"\"}"),
        Reason.OPTED_OUT,
        "skipped");
    assertCounted(
        pod(ANNOTATED, "\"annotations\":{\"kubernetes.io/config.mirror\":\"x\"}"),
        Reason.MIRROR_POD,
        "skipped");
    assertCounted(pod(new AccountKey("shop", ""), ""), Reason.NO_SERVICE_ACCOUNT, "skipped");
    assertCounted(
        pod(ANNOTATED, "").replace("\"CREATE\"", "\"UPDATE\""),
        Reason.NOT_A_POD_CREATION,
        "skipped");
  }

  @Test
  void who_cannot_be_looked_up_is_refused_for_the_api_server_to_try_again() {
    assertThat(answer(pod(UNREACHABLE, "")))
        .isEqualTo(
            new Answer.Refused(
                Reason.LOOKUP_FAILED, Answer.Failure.UNAVAILABLE, "the API server is away"));
  }

  @Test
  void containers_and_warnings_are_counted_by_their_reasons() {
    double containers = count(MetricNames.CONTAINERS, Reason.CONTAINER_INJECTED);
    double warnings = count(MetricNames.WARNINGS, Reason.TOKEN_EXPIRATION_INVALID);

    answer(pod(ANNOTATED, "\"annotations\":{\"eks.amazonaws.com/token-expiration\":\"soon\"}"));

    assertThat(count(MetricNames.CONTAINERS, Reason.CONTAINER_INJECTED)).isEqualTo(containers + 1);
    assertThat(count(MetricNames.WARNINGS, Reason.TOKEN_EXPIRATION_INVALID))
        .isEqualTo(warnings + 1);
  }

  @Test
  void a_container_whose_mount_path_is_taken_is_counted_as_container_and_as_warning() {
    String taken =
        """
        {"metadata":{"name":"p"},"spec":{"serviceAccountName":"annotated","containers":[{"name":"c","volumeMounts":
        [{"name":"x","mountPath":"/var/run/secrets/eks.amazonaws.com/serviceaccount"}]}]}}\
        """;
    double containers = count(MetricNames.CONTAINERS, Reason.MOUNT_PATH_TAKEN);

    answer(Reviews.podCreation("u", "shop", taken, ""));

    assertThat(count(MetricNames.CONTAINERS, Reason.MOUNT_PATH_TAKEN)).isEqualTo(containers + 1);
    assertThat(count(MetricNames.WARNINGS, Reason.MOUNT_PATH_TAKEN)).isPositive();
  }

  private void assertCounted(String body, Reason reason, String outcome) {
    double before = decisions(reason, outcome);
    double others = allDecisions();

    Answer answer = answer(body);

    assertThat(answer).extracting("reason").isEqualTo(reason);
    assertThat(decisions(reason, outcome)).isEqualTo(before + 1);
    assertThat(allDecisions()).isEqualTo(others + 1);
  }

  private Answer answer(String body) {
    return handler
        .handle(ReviewBytes.of(body.getBytes(StandardCharsets.UTF_8)), MemoryBudget.UNBOUNDED)
        .toCompletableFuture()
        .join();
  }

  private double decisions(Reason reason, String outcome) {
    return registry
        .get(MetricNames.DECISIONS)
        .tag(MetricNames.REASON, reason.code())
        .tag(MetricNames.OUTCOME, outcome)
        .counter()
        .count();
  }

  private double allDecisions() {
    return registry.get(MetricNames.DECISIONS).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private double count(String metric, Reason reason) {
    return registry.get(metric).tag(MetricNames.REASON, reason.code()).counter().count();
  }

  private static String pod(AccountKey account, String metadata) {
    String pod =
        """
        {"metadata":{%s},"spec":{"serviceAccountName":"%s","containers":[{"name":"c"}]}}\
        """
            .formatted(metadata, account.name());
    return Reviews.podCreation("u", account.namespace(), pod, "");
  }

  /** The handler as the server wires it, with accounts of a fake. */
  @Factory
  @Requires(env = ENVIRONMENT)
  static final class Beans {
    @Bean
    @Singleton
    ReviewHandler reviewHandler(MeterRegistry registry) {
      return ReviewHandlers.of(
          new FakeServiceAccounts()
              .know(ANNOTATED, "arn:aws:iam::111122223333:role/reports")
              .knowWithoutRole(PLAIN)
              .answer(GONE, new ObjectLookup.NotFound<>())
              .answer(
                  UNREACHABLE,
                  new ObjectLookup.Failed<>(LookupResult.FAILED, "the API server is away"))
              .answer(DEFECT, CompletableFuture.failedFuture(new IllegalStateException("bug"))),
          Namespaces.NONE,
          new DecisionMetrics(registry, Mode.INJECTING));
    }
  }
}
