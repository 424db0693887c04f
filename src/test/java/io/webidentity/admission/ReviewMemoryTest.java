package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webidentity.account.AccountKey;
import io.webidentity.account.Namespaces;
import io.webidentity.admission.AdmissionGate.Admission;
import io.webidentity.injection.Reason;
import io.webidentity.testing.pod.HostileReviews;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.ReviewHandlers;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a review can make the webhook allocate, whatever is in it. */
final class ReviewMemoryTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int LARGEST = MutateEndpoint.MAX_BODY_BYTES - 1024;

  /**
   * What a decision may take, as much again for what becomes garbage meanwhile, and as much for
   * names and Jackson's buffers.
   */
  private static final long MOST = 3 * AdmissionGate.MAX_DECISION_BYTES;

  private final ReviewHandler handler =
      ReviewHandlers.of(
          new FakeServiceAccounts()
              .know(new AccountKey("shop", "reports"), "arn:aws:iam::111122223333:role/reports"),
          Namespaces.NONE,
          new DecisionMetrics(new SimpleMeterRegistry(), Mode.INJECTING));
  private final AdmissionGate gate = new AdmissionGate(1, Long.MAX_VALUE);

  static Stream<Arguments> hostile() {
    return HostileReviews.of("shop", "reports").entrySet().stream()
        .map(review -> Arguments.of(review.getKey(), review.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void no_review_allocates_more_than_is_counted(String name, IntFunction<byte[]> review) {
    byte[] body = review.apply(LARGEST);
    answer(review.apply(1024));

    long before = THREADS.getCurrentThreadAllocatedBytes();
    Answer answer = answer(body);
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

    assertThat(allocated).as("bytes allocated for %s", name).isLessThan(MOST);
    assertThat(answer.status()).isIn(200, 400, 413, 503);
    assertThat(answer).extracting("reason").isNotEqualTo(Reason.OVERLOADED);
  }

  @Test
  void a_pod_of_as_many_containers_as_api_servers_can_store_is_injected() {
    assertThat(answer(pod(5_620)).status()).isEqualTo(200);
  }

  @Test
  void a_pod_of_more_containers_is_refused_with_413() {
    Answer answer = answer(pod(12_000));

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused -> assertThat(refused.message()).contains("more containers"));
  }

  @Test
  void names_of_labels_that_are_longer_than_usual_are_read() {
    String pod =
        """
        {"metadata":{"managedFields":[{"fieldsV1":{"k:{\\"mountPath\\":\\"/%s\\"}":{}}}]},\
        "spec":{"serviceAccountName":"reports","containers":[{"name":"c"}]}}\
        """
            .formatted("p".repeat(4_095));

    assertThat(answer(review(pod)).status()).isEqualTo(200);
  }

  private static byte[] pod(int containers) {
    return review(
        """
        {"metadata":{},"spec":{"serviceAccountName":"reports","containers":[%s]}}\
        """
            .formatted(
                IntStream.range(0, containers)
                    .mapToObj(i -> "{\"name\":\"c" + i + "\",\"image\":\"i\"}")
                    .collect(Collectors.joining(","))));
  }

  private static byte[] review(String pod) {
    return Reviews.podCreation("u", "shop", pod, "").getBytes(StandardCharsets.UTF_8);
  }

  private Answer answer(byte[] body) {
    Admission admission = Objects.requireNonNull(gate.enter(body.length));
    try {
      return handler
          .handle(BodyInPieces.of(body, 64 * 1024), admission.whole())
          .toCompletableFuture()
          .join();
    } finally {
      admission.leave();
    }
  }
}
