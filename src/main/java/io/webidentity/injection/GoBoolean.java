package io.webidentity.injection;

import java.util.Optional;

/**
 * Booleans as Go's <a href="https://pkg.go.dev/strconv#ParseBool">ParseBool</a> reads them, which
 * the reference uses for annotations and flags.
 *
 * <table>
 * <caption>Values</caption>
 * <tr><th>value</th><th>result</th></tr>
 * <tr><td>1 t T true True TRUE</td><td>true</td></tr>
 * <tr><td>0 f F false False FALSE</td><td>false</td></tr>
 * <tr><td>anything else</td><td>none</td></tr>
 * </table>
 */
public final class GoBoolean {
  private GoBoolean() {}

  /** The boolean that is written; empty if none is. */
  public static Optional<Boolean> parse(String value) {
    return switch (value) {
      case "1", "t", "T", "true", "True", "TRUE" -> Optional.of(true);
      case "0", "f", "F", "false", "False", "FALSE" -> Optional.of(false);
      default -> Optional.empty();
    };
  }
}
