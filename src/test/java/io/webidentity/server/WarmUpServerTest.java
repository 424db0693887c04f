package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.TrustingClients;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the warm-up leaves behind in a server: nothing. */
final class WarmUpServerTest {
  private static final AccountKey ACCOUNT = new AccountKey("shop", "reports");

  @TempDir Path folder;

  private final FakeServiceAccounts accounts =
      new FakeServiceAccounts().know(ACCOUNT, "arn:aws:iam::111122223333:role/reports");
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.webidentity");
  private final Level level = logger.getEffectiveLevel();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private Path authority;
  private WebhookServer server;

  @BeforeEach
  void start() throws Exception {
    lines.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
    lines.start();
    logger.addAppender(lines);
    logger.setLevel(Level.DEBUG);
    authority = folder.resolve("ca.crt");
    ServeSettings settings = TestSettings.selfSigned(authority);
    server = WebhookServer.start(settings, accounts, Sources.certificates(settings, () -> true));
    await().until(() -> server.missing().isEmpty());
  }

  @AfterEach
  void stop() {
    server.close();
    logger.setLevel(level);
    logger.detachAppender(lines);
  }

  @Test
  void its_reviews_are_answered() {
    assertThat(messages()).anyMatch(message -> message.matches("warm-up: [1-9]\\d* reviews.*"));
    assertThat(lines.list).noneMatch(line -> line.getLevel().equals(Level.WARN));
  }

  @Test
  void its_reviews_are_in_no_metric_and_no_log_and_ask_for_no_account() throws Exception {
    assertThat(series("webidentity_decisions_total")).allMatch(line -> line.endsWith(" 0.0"));
    assertThat(series("webidentity_request_duration_seconds_count"))
        .allMatch(line -> line.endsWith(" 0"));
    assertThat(messages()).noneMatch(message -> message.contains("identity"));
    assertThat(accounts.lookUps()).isZero();
  }

  @Test
  void real_reviews_are_counted_and_logged() throws Exception {
    try (HttpsClient client =
        new HttpsClient(TrustingClients.sslContext(authority), server.port())) {
      assertThat(
              client.mutate(Reviews.podCreation("u-1", ACCOUNT.namespace(), ACCOUNT.name())).body())
          .contains("\"patch\"");
    }
    assertThat(series("webidentity_decisions_total"))
        .filteredOn(line -> line.endsWith(" 1.0"))
        .hasSize(1);
  }

  private List<String> messages() {
    return List.copyOf(lines.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private List<String> series(String metric) throws Exception {
    URI metrics = URI.create("http://localhost:" + server.metricsPort() + "/metrics");
    try (HttpClient client = HttpClient.newHttpClient()) {
      List<String> found =
          client
              .send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
              .body()
              .lines()
              .filter(line -> line.startsWith(metric))
              .toList();
      assertThat(found).isNotEmpty();
      return found;
    }
  }
}
