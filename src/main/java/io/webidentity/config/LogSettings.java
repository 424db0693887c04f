package io.webidentity.config;

/**
 * What is logged and how.
 *
 * @param level the lowest level logged
 * @param format JSON lines, or text for terminals
 */
public record LogSettings(Level level, Format format) {
  /** Levels, from klog's {@code -v}: 0 to 1 INFO, 2 to 4 DEBUG, 5 and above TRACE. */
  public enum Level {
    INFO,
    DEBUG,
    TRACE
  }

  /** Formats of a line. */
  public enum Format {
    JSON,
    TEXT
  }
}
