package io.webidentity.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.pattern.CompositeConverter;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import io.webidentity.config.LogSettings;
import io.webidentity.injection.VisibleText;
import java.util.stream.Collectors;
import net.logstash.logback.encoder.LogstashEncoder;
import net.logstash.logback.fieldnames.LogstashFieldNames;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets up the log: to standard output, one line an event. */
final class Logging {
  private static final String OURS = "io.webidentity";
  private static final String API_CLIENT = "io.fabric8";
  private static final String HTTP_SERVER = "io.micronaut.http.server.netty.NettyHttpServer";

  /**
   * Key-value pairs stand behind the message, as they do in JSON. Logback 1.5.38 takes what follows
   * a closing parenthesis for text, unless there are options between them.
   */
  private static final String TEXT_PATTERN =
      "%d{HH:mm:ss.SSS} %-5level %visible(%message %kvp){}%n%trace";

  private static final CharacterEscapes INVISIBLE = new InvisibleEscapes();

  private Logging() {}

  static void configure(LogSettings settings) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setEncoder(encoder(settings.format(), context));
    console.addFilter(new LineLimit(System::nanoTime));
    console.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    // Libraries at WARN: what they tell at INFO is about themselves.
    root.setLevel(Level.WARN);
    root.addAppender(console);
    if (settings.level() == LogSettings.Level.TRACE) {
      context.getLogger(API_CLIENT).setLevel(Level.DEBUG);
    }
    // Until the server has started: a port in use is told in one sentence, not in a stack trace.
    context.getLogger(HTTP_SERVER).setLevel(Level.OFF);
    context
        .getLogger(OURS)
        .setLevel(
            switch (settings.level()) {
              case INFO -> Level.INFO;
              case DEBUG -> Level.DEBUG;
              case TRACE -> Level.TRACE;
            });
  }

  /** The server has started: what its library has to say is heard again. */
  static void started() {
    ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(HTTP_SERVER).setLevel(Level.WARN);
  }

  /** Whether a logger is of this program, not of a library. */
  static boolean isOurs(String logger) {
    return logger.startsWith(OURS);
  }

  /**
   * Whoever can reach a port or make a pod can have text of theirs logged: none leaves unescaped.
   */
  static Encoder<ILoggingEvent> encoder(LogSettings.Format format, LoggerContext context) {
    return switch (format) {
      case JSON -> {
        LogstashFieldNames names = new LogstashFieldNames();
        names.setTimestamp("time");
        names.setLogger("logger");
        names.setThread("thread");
        names.setVersion("[ignore]");
        names.setLevelValue("[ignore]");
        LogstashEncoder encoder = new LogstashEncoder();
        encoder.setFieldNames(names);
        encoder.setJsonGeneratorDecorator(json -> json.setCharacterEscapes(INVISIBLE));
        encoder.setContext(context);
        encoder.start();
        yield encoder;
      }
      case TEXT -> {
        PatternLayout layout = new PatternLayout();
        layout.setPattern(TEXT_PATTERN);
        layout.getInstanceConverterMap().put("visible", VisibleLine::new);
        layout.getInstanceConverterMap().put("trace", VisibleTrace::new);
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setLayout(layout);
        encoder.setContext(context);
        encoder.start();
        yield encoder;
      }
    };
  }

  /** JSON's own escapes for what {@link VisibleText} does not show: values stay as they are. */
  private static final class InvisibleEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1L;
    private static final int DELETE = 0x7F;

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] escapes = standardAsciiEscapesForJSON();
      escapes[DELETE] = ESCAPE_STANDARD;
      return escapes;
    }

    /** Each half of a surrogate pair is escaped, as Jackson writes no line with a lone one. */
    @Override
    public @Nullable SerializableString getEscapeSequence(int utf16Unit) {
      return VisibleText.isVisible(utf16Unit)
          ? null
          : new SerializedString(String.format("\\u%04x", utf16Unit));
    }
  }

  /** Part of a line in which nothing begins another one. */
  private static final class VisibleLine extends CompositeConverter<ILoggingEvent> {
    @Override
    protected String transform(ILoggingEvent event, String part) {
      return VisibleText.of(part);
    }
  }

  /**
   * A stack trace, indented: a message with line breaks in it cannot look like a line of the log.
   */
  private static final class VisibleTrace extends ThrowableProxyConverter {
    @Override
    protected String throwableProxyToString(IThrowableProxy thrown) {
      return super.throwableProxyToString(thrown)
          .lines()
          .map(line -> "    " + VisibleText.of(line.strip()) + "\n")
          .collect(Collectors.joining());
    }
  }
}
