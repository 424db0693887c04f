package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.read.ListAppender;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.config.LogSettings;
import io.webidentity.testing.cluster.Kubeconfig;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.SampleApiServer;
import io.webidentity.testing.server.TrustingClients;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The log with {@code -v=5}, which shows what the API client says of its requests. */
class VerboseLogTest {
  private static final String TOKEN = "c2VjcmV0LXRoYXQtbm9ib2R5LW1heS1zZWU";
  private static final LoggerContext CONTEXT = (LoggerContext) LoggerFactory.getILoggerFactory();

  @TempDir Path folder;

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void logEverything() {
    Logging.configure(new LogSettings(LogSettings.Level.ofVerbosity(5), LogSettings.Format.TEXT));
    lines.setContext(CONTEXT);
    lines.start();
    CONTEXT.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(lines);
  }

  @AfterEach
  void logAsUsual() throws Exception {
    CONTEXT.reset();
    new ContextInitializer(CONTEXT).autoConfig();
  }

  @Test
  void the_api_clients_lines_are_there_and_its_credentials_are_not() throws Exception {
    try (SampleApiServer api = SampleApiServer.start();
        WebhookServer server = start(api);
        HttpsClient client = new HttpsClient(TrustingClients.sslContext(ca()), server.port())) {
      await().until(() -> server.missing().isEmpty());
      assertThat(client.mutate(Reviews.podCreation("u-1", "shop", "unknown")).statusCode())
          .isEqualTo(200);
    }

    List<ILoggingEvent> logged = List.copyOf(lines.list);
    assertThat(logged)
        .anyMatch(line ->
            line.getLoggerName().startsWith("io.fabric8") && line.getLevel() == Level.DEBUG);
    assertThat(logged).map(VerboseLogTest::text).noneMatch(text -> text.contains(TOKEN));
  }

  private WebhookServer start(SampleApiServer api) throws UnusableContentException {
    Kubeconfig user = api.user();
    Path kubeconfig =
        new Kubeconfig(user.server(), user.authorityPem(), TOKEN)
            .writeTo(folder.resolve("kubeconfig"));
    ServeSettings settings =
        TestSettings.withAccounts(
            TestSettings.selfSigned(ca()),
            new AccountSourceSettings.Cluster(
                Optional.of(kubeconfig), Optional.empty(), Duration.ofSeconds(2)));
    return WebhookServer.start(
        settings, Sources.accounts(settings), Sources.certificates(settings, () -> true));
  }

  private Path ca() {
    return folder.resolve("ca.crt");
  }

  private static String text(ILoggingEvent line) {
    return line.getFormattedMessage()
        + line.getKeyValuePairs()
        + (line.getThrowableProxy() == null
            ? ""
            : ThrowableProxyUtil.asString(line.getThrowableProxy()));
  }
}
