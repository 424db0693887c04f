package io.webidentity.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import io.webidentity.observability.LogKeys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Bounds how many lines of one kind the log takes, as strangers can cause lines: each bad request,
 * each TLS handshake that fails. It stands where all lines pass, those of Netty and Micronaut
 * included, since a bound at each of their sources would be forgotten at the next one. The line
 * that comes after some were left out has their number as {@code left_out}; metrics count all.
 *
 * <table>
 * <caption>Lines of a kind in {@link #WINDOW}; a kind is a logger, a level, a reason and, of what
 * was thrown, class and place</caption>
 * <tr><td>a request that no pod is known of</td><td>1</td></tr>
 * <tr><td>a library's, with a stack trace</td><td>1</td></tr>
 * <tr><td>any other from INFO</td><td>{@value #LINES}: findings about pods, changes of state</td></tr>
 * <tr><td>DEBUG and below</td><td>all: somebody has asked for them</td></tr>
 * </table>
 */
final class LineLimit extends Filter<ILoggingEvent> {
  static final Duration WINDOW = Duration.ofSeconds(10);

  /** More than a person reads, and less than a disk or a log collector minds. */
  static final int LINES = 100;

  /** Kinds told apart; code has fewer. Bounds memory should a kind depend on what clients send. */
  static final int MAX_KINDS = 256;

  private static final Kind OTHERS = new Kind("", Level.OFF, null, null, null);

  private final Map<Kind, Window> windows = new ConcurrentHashMap<>();
  private final LongSupplier nanos;

  /**
   * @param nanos a clock such as {@link System#nanoTime}
   */
  LineLimit(LongSupplier nanos) {
    this.nanos = nanos;
  }

  @Override
  public FilterReply decide(ILoggingEvent line) {
    if (!line.getLevel().isGreaterOrEqual(Level.INFO)) {
      return FilterReply.NEUTRAL;
    }
    Object reason = value(line, LogKeys.REASON);
    Kind kind = Kind.of(line, reason);
    boolean refusal = reason != null && value(line, LogKeys.REVIEW_UID) == null;
    boolean single = refusal || (kind.thrown() != null && !Logging.isOurs(line.getLoggerName()));
    long now = nanos.getAsLong();
    long leftOut = window(kind, now).take(now, single ? 1 : LINES);
    if (leftOut < 0) {
      return FilterReply.DENY;
    }
    if (leftOut > 0 && line instanceof LoggingEvent event) {
      event.addKeyValuePair(new KeyValuePair(LogKeys.LEFT_OUT, leftOut));
    }
    return FilterReply.NEUTRAL;
  }

  private Window window(Kind kind, long now) {
    Window known = windows.get(kind);
    if (known != null) {
      return known;
    }
    if (windows.size() >= MAX_KINDS) {
      windows.values().removeIf(window -> window.endedBefore(now));
    }
    return windows.computeIfAbsent(
        windows.size() >= MAX_KINDS ? OTHERS : kind, _ -> new Window(now));
  }

  private static @Nullable Object value(ILoggingEvent line, String key) {
    List<KeyValuePair> pairs = line.getKeyValuePairs();
    if (pairs != null) {
      for (KeyValuePair pair : pairs) {
        if (pair.key.equals(key)) {
          return pair.value;
        }
      }
    }
    return null;
  }

  /** What lines have in common that say the same again. */
  private record Kind(
      String logger,
      Level level,
      @Nullable Object reason,
      @Nullable String thrown,
      @Nullable StackTraceElement place) {
    static Kind of(ILoggingEvent line, @Nullable Object reason) {
      IThrowableProxy thrown = line.getThrowableProxy();
      StackTraceElementProxy[] trace =
          thrown == null ? null : thrown.getStackTraceElementProxyArray();
      return new Kind(
          line.getLoggerName(),
          line.getLevel(),
          reason,
          thrown == null ? null : thrown.getClassName(),
          trace == null || trace.length == 0 ? null : trace[0].getStackTraceElement());
    }
  }

  /** The lines of one kind in the current window. */
  private static final class Window {
    private long end;
    private int taken;
    private long leftOut;

    Window(long now) {
      end = now + WINDOW.toNanos();
    }

    /** How many were left out since the last one; negative if this one is left out too. */
    synchronized long take(long now, int limit) {
      if (now - end >= 0) {
        end = now + WINDOW.toNanos();
        taken = 0;
      }
      if (taken >= limit) {
        leftOut++;
        return -1;
      }
      taken++;
      long before = leftOut;
      leftOut = 0;
      return before;
    }

    synchronized boolean endedBefore(long now) {
      return now - end >= 0;
    }
  }
}
