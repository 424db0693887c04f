package io.webidentity.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.DefaultJoranConfigurator;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.webidentity.config.LogSettings;
import org.slf4j.Logger;

/**
 * The log of commands that do not serve: warnings of libraries, to standard error. Without it,
 * logback would write everything to standard output, into the command's result. The server {@link
 * Logging sets up} its own.
 */
public final class CommandLog extends ContextAwareBase implements Configurator {
  /** A file on the class path that configures the log wins. */
  @Override
  public ExecutionStatus configure(LoggerContext context) {
    DefaultJoranConfigurator file = new DefaultJoranConfigurator();
    file.setContext(context);
    if (file.configure(context) != ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY) {
      begin(context);
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  static void begin(LoggerContext context) {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(Logging.encoder(LogSettings.Format.TEXT, context));
    console.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(console);
  }
}
