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
    TRACE;

    /** The level of klog's {@code -v}; a negative verbosity is taken for 0, as klog does. */
    public static Level ofVerbosity(int verbosity) {
      if (verbosity <= 1) {
        return INFO;
      }
      return verbosity <= 4 ? DEBUG : TRACE;
    }
  }

  /** Formats of a line. */
  public enum Format {
    JSON,
    TEXT
  }
}
