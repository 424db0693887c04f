package io.webidentity.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.webidentity.admission.Answer;
import io.webidentity.admission.ReviewBytes;
import io.webidentity.injection.Reason;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeWebhook;
import io.webidentity.testing.server.TrustingClients;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Comparing with another webhook, over real TLS. */
class ShadowModeTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final String LABEL =
      "[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"a\":\"%s\"}}]";
  private static final String ENV =
      "[{\"op\":\"add\",\"path\":\"/spec/containers/0/env\",\"value\":[%s]}]";

  @TempDir Path folder;

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(ComparisonLog.class);
  private FakeWebhook other;
  private ShadowMode shadow;

  @BeforeEach
  void start() throws Exception {
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false);
    logger.setLevel(Level.WARN);
    other = new FakeWebhook();
    shadow =
        new ShadowMode(
            new OtherWebhook(
                other.url(),
                TrustingClients.sslContext(other.writeAuthority(folder.resolve("ca.crt")))),
            new PodComparison(new PodComparison.ContainerToken("v", "p", "a")));
  }

  @AfterEach
  void close() {
    shadow.close();
    other.close();
    logger.detachAppender(lines);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"name":"A"}                | {"name":"A"}              | SAME
          {"name":"A"},{"name":"B"}   | {"name":"B"},{"name":"A"} | ORDER
          {"name":"A"}                | {"name":"B"}              | DIFFERENT
          """)
  void pods_are_compared(String ours, String theirs, ComparisonResult result) {
    shadow.start();
    other.patch(ENV.formatted(theirs));

    answer(review("u-1"), decided("u-1", ENV.formatted(ours)));

    await(result, 1);
    assertThat(logged()).hasSize(result == ComparisonResult.SAME ? 0 : 1);
  }

  @Test
  void failures_are_counted_and_the_next_review_is_compared() {
    shadow.start();
    other.body(500, "");
    answer(review("u-1"), decided("u-1", LABEL.formatted("b")));
    await(ComparisonResult.FAILED, 1);
    other.body(200, "<html>");
    answer(review("u-2"), decided("u-2", LABEL.formatted("b")));
    await(ComparisonResult.FAILED, 2);
    other.patch("[{\"op\":\"remove\",\"path\":\"/no\"}]");
    answer(review("u-3"), decided("u-3", LABEL.formatted("b")));
    await(ComparisonResult.FAILED, 3);
    other.patch(LABEL.formatted("b"));
    answer(review("u-4"), decided("u-4", LABEL.formatted("b")));
    await(ComparisonResult.SAME, 1);

    assertThat(logged())
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .isEqualTo("shadow mode: the other webhook answers with HTTP status 500"),
            line ->
                assertThat(line)
                    .startsWith("shadow mode: the other webhook does not answer with JSON"),
            line ->
                assertThat(line)
                    .startsWith(
                        "shadow mode: the other webhook answers with a patch that does not fit the pod"));
  }

  @Test
  void a_cluster_of_equal_differences_does_not_flood_the_log() {
    shadow.start();
    other.patch(LABEL.formatted("theirs\\n\\u001b[31m"));
    for (int i = 1; i <= 25; i++) {
      String uid = "u-" + i;
      answer(review(uid), decided(uid, LABEL.formatted("ours-" + i)));
      await(ComparisonResult.DIFFERENT, i);
    }

    assertThat(logged()).hasSize(2);
    assertThat(logged().getFirst().getFormattedMessage())
        .isEqualTo(
            "shadow mode: the pods differ: /metadata/labels/a: \"ours-1\" here, \"theirs\\n\\u001B[31m\" there");
    assertThat(logged().getFirst().getKeyValuePairs())
        .extracting(pair -> pair.key + "=" + pair.value)
        .containsExactly(
            "review_uid=u-1",
            "namespace=shop",
            "pod=web-*",
            "service_account=reports",
            "comparison=different",
            "seen=1");
    assertThat(logged().getLast().getKeyValuePairs())
        .extracting(pair -> pair.key + "=" + pair.value)
        .contains("seen=10");
  }

  @Test
  void what_variables_hold_is_not_logged() {
    shadow.start();
    other.patch(
        ENV.formatted(
            "{\"name\":\"PASSWORD\",\"value\":\"hunter2\"},{\"name\":\"AWS_ROLE_ARN\",\"value\":\"arn:theirs\"}"));

    answer(
        review("u-1"),
        decided(
            "u-1",
            ENV.formatted(
                "{\"name\":\"PASSWORD\",\"value\":\"hunter3\"},{\"name\":\"TOKEN\",\"value\":\"hunter4\"}")));

    await(ComparisonResult.DIFFERENT, 1);
    assertThat(logged().getFirst().getFormattedMessage())
        .doesNotContain("hunter")
        .contains("/env/0/value: (not shown) here, (not shown) there")
        .contains("{\"name\":\"TOKEN\",\"value\":\"(not shown)\"} here, nothing there")
        .contains("nothing here, {\"name\":\"AWS_ROLE_ARN\",\"value\":\"arn:theirs\"} there");
  }

  @Test
  void what_is_too_much_is_dropped_and_counted() {
    // Not started: nothing leaves the queue.
    for (int i = 0; i < ShadowMode.MAX_WAITING + 3; i++) {
      answer(review("u-1"), decided("u-1", LABEL.formatted("b")));
    }
    assertThat(shadow.count(ComparisonResult.DROPPED)).isEqualTo(3);

    shadow.start();
    other.patch(LABEL.formatted("b"));
    await(ComparisonResult.SAME, ShadowMode.MAX_WAITING);
    String large = Reviews.podCreation("u-1", "shop", "{}", "x".repeat(ShadowMode.LONGEST_REVIEW));
    answer(large, decided("u-1", LABEL.formatted("b")));
    assertThat(shadow.count(ComparisonResult.DROPPED)).isEqualTo(4);
  }

  @Test
  void the_bytes_that_wait_are_bounded_too() {
    String review = Reviews.podCreation("u-1", "shop", "{}", "x".repeat(900 * 1024));
    for (int i = 0; i < 6; i++) {
      answer(review, decided("u-1", LABEL.formatted("b")));
    }

    assertThat(shadow.count(ComparisonResult.DROPPED)).isEqualTo(2);
  }

  @Test
  void a_caller_that_is_refused_is_answered_and_not_compared() {
    shadow.start();
    answer(
        review("u-1"),
        new Answer.Refused(Reason.CLIENT_NOT_TRUSTED, Answer.Failure.FORBIDDEN, "no"));
    answer(
        review("u-1"),
        new Answer.Refused(Reason.LOOKUP_FAILED, Answer.Failure.UNAVAILABLE, "away"));

    await(ComparisonResult.UNDECIDED, 1);
    assertThat(other.asked()).isEmpty();
  }

  @Test
  void a_review_that_cannot_be_answered_changes_no_pod_either() {
    assertThat(
            shadow
                .answer(
                    ReviewBytes.of("{}".getBytes(StandardCharsets.UTF_8)),
                    CompletableFuture.completedStage(decided("u", LABEL.formatted("b"))))
                .toCompletableFuture()
                .join())
        .isInstanceOf(Answer.Refused.class);
  }

  @Test
  void a_review_in_another_order_is_answered_however_long_the_paths_in_its_names_are() {
    String body =
        "{\"request\":{\"object\":{\"%s\":%s},\"uid\":\"u\"},\"apiVersion\":\"v1\"}"
            .formatted("x".repeat(12_000), "1".repeat(2_000));

    assertThat(new ReviewHeaders().read(ReviewBytes.of(body.getBytes(StandardCharsets.UTF_8))))
        .isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"apiVersion":"v1","request":{"uid":"u"}}                  | v1 u
          {"request":{"object":{"uid":"x"},"uid":"u"},"apiVersion":"v1beta1"} | v1beta1 u
          {"kind":{"a":[1]},"apiVersion":"v1","request":{"kind":{"uid":"x"},"uid":"u","object":{br | v1 u
          {"apiVersion":"v1","request":{"uid":""}}                   | -
          {"apiVersion":"v1","request":{"uid":7}}                    | -
          {"apiVersion":7,"request":{"uid":"u"}}                     | -
          {"apiVersion":"v1","request":null}                         | -
          {"apiVersion":"v1","uid":"u"}                              | -
          []                                                         | -
          {"apiVersion":"v1","requ                                   | -
          """)
  void a_review_whose_header_can_be_read_can_be_answered(String body, String header) {
    assertThat(
            new ReviewHeaders()
                .read(ReviewBytes.of(body.getBytes(StandardCharsets.UTF_8)))
                .map(read -> read.apiVersion() + " " + read.uid())
                .orElse("-"))
        .isEqualTo(header);
  }

  private void answer(String review, Answer decided) {
    Answer given =
        shadow
            .answer(
                ReviewBytes.of(review.getBytes(StandardCharsets.UTF_8)),
                CompletableFuture.completedStage(decided))
            .toCompletableFuture()
            .join();

    assertThat(given).isInstanceOf(Answer.Unchanged.class);
  }

  private static String review(String uid) {
    return Reviews.podCreation(uid, "shop", "reports");
  }

  private static Answer decided(String uid, String patch) {
    return new Answer.Reviewed(
        Reason.INJECTED,
        """
        {"response":{"uid":"%s","allowed":true,"patchType":"JSONPatch","patch":"%s"}}\
        """
            .formatted(
                uid, Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)))
            .getBytes(StandardCharsets.UTF_8));
  }

  private void await(ComparisonResult result, long count) {
    Awaitility.await(result.code())
        .atMost(DEADLINE)
        .untilAsserted(() -> assertThat(shadow.count(result)).isEqualTo(count));
  }

  private List<ILoggingEvent> logged() {
    return List.copyOf(lines.list).stream().filter(line -> line.getLevel() == Level.WARN).toList();
  }
}
