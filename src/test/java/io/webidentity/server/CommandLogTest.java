package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.ConsoleAppender;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class CommandLogTest {
  @Test
  void libraries_warn_on_standard_error_and_never_write_into_a_result() {
    LoggerContext context = new LoggerContext();

    CommandLog.begin(context);

    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    assertThat(root.getLevel()).isEqualTo(Level.WARN);
    assertThat(root.iteratorForAppenders())
        .toIterable()
        .singleElement()
        .isInstanceOfSatisfying(
            ConsoleAppender.class,
            console -> assertThat(console.getTarget()).isEqualTo("System.err"));
  }

  @Test
  void logback_finds_it_and_a_file_wins() {
    Configurator found =
        ServiceLoader.load(Configurator.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(CommandLog.class::isInstance)
            .findFirst()
            .orElseThrow();

    LoggerContext context = new LoggerContext();

    found.configure(context);

    assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("STDOUT"))
        .as("that of logback-test.xml")
        .isNotNull();
  }
}
