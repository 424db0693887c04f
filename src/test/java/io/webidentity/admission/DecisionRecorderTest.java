package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webidentity.account.AccountKey;
import io.webidentity.account.Namespaces;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.ReviewHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** What the log says of decisions at the usual level. */
class DecisionRecorderTest {
  private static final String ROLE = "arn:aws:iam::111122223333:role/orders";
  private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(DecisionRecorder.class);

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final ReviewHandler handler =
      ReviewHandlers.of(
          new FakeServiceAccounts()
              .know(new AccountKey("shop", "orders"), FakeServiceAccounts.withRole(ROLE))
              .knowWithoutRole(new AccountKey("shop", "plain")),
          Namespaces.NONE,
          new DecisionMetrics(new SimpleMeterRegistry(), Mode.INJECTING));

  @BeforeEach
  void listen() {
    lines.start();
    LOGGER.setLevel(Level.INFO);
    LOGGER.setAdditive(false);
    LOGGER.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    LOGGER.detachAppender(lines);
    LOGGER.setAdditive(true);
    LOGGER.setLevel(null);
  }

  @Test
  void a_pod_that_was_given_something_has_a_line_with_all_that_decides() {
    create("orders", "{}");

    assertThat(lines.list).hasSize(1);
    assertThat(values(lines.list.getFirst()))
        .containsEntry("namespace", "shop")
        .containsEntry("service_account", "orders")
        .containsEntry("reason", "injected")
        .containsEntry("outcome", "injected")
        .containsEntry("source", "ServiceAccount")
        .containsEntry("role_arn", ROLE)
        .containsEntry("audience", "sts.amazonaws.com")
        .containsEntry("containers", "app=container_injected");
  }

  @Test
  void a_pod_that_was_surprised_has_a_line_beside_that_of_the_surprise() {
    create("plain", "{\"eks.amazonaws.com/role-arn\":\"x\"}");

    assertThat(lines.list)
        .extracting(ILoggingEvent::getLevel, line -> values(line).get("reason"))
        .containsExactly(tuple(Level.WARN, "annotation_misplaced"), tuple(Level.INFO, "no_role"));
  }

  @Test
  void a_pod_without_a_role_has_none() {
    create("plain", "{}");

    assertThat(lines.list).isEmpty();
  }

  @Test
  void lines_beyond_the_rate_are_counted_in_the_next() {
    for (int i = 0; i < 1_000; i++) {
      create("orders", "{}");
    }
    assertThat(lines.list).hasSizeBetween(100, 900);

    LOGGER.setLevel(Level.DEBUG);
    lines.list.clear();
    create("orders", "{}");
    assertThat(values(lines.list.getFirst())).containsKey("left_out");
  }

  private void create(String account, String annotations) {
    String pod =
        """
        {"metadata":{"annotations":%s},
         "spec":{"serviceAccountName":"%s","containers":[{"name":"app"}]}}\
        """
            .formatted(annotations, account);
    byte[] review = Reviews.podCreation("u", "shop", pod, "").getBytes(StandardCharsets.UTF_8);
    assertThat(
            handler
                .handle(ReviewBytes.of(review), MemoryBudget.UNBOUNDED)
                .toCompletableFuture()
                .join()
                .status())
        .isEqualTo(200);
  }

  private static Map<String, String> values(ILoggingEvent line) {
    return (line.getKeyValuePairs() == null ? List.<KeyValuePair>of() : line.getKeyValuePairs())
        .stream().collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
  }
}
