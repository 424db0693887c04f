package io.webidentity.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fabric8.kubernetes.client.dsl.internal.AbstractWatchManager;
import org.junit.jupiter.api.Test;

class LoggingTest {
  @Test
  void refused_watches_are_left_to_the_account_source_and_other_errors_are_logged() {
    LoggerContext context = new LoggerContext();
    context.addTurboFilter(new Logging.RefusedWatches());
    Logger logger = context.getLogger(AbstractWatchManager.class);
    Logger other = context.getLogger(LoggingTest.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(lines);

    logger.error("Error received: {}, will retry", "403");
    logger.error("Exception in reconnect");
    other.error("Error received: {}, will retry", "403");

    assertThat(lines.list)
        .extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
        .containsExactly(
            tuple(Level.ERROR, "Exception in reconnect"),
            tuple(Level.ERROR, "Error received: 403, will retry"));
  }
}
