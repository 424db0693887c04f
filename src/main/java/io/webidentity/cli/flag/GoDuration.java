package io.webidentity.cli.flag;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as Go writes them: {@code 100ms}, {@code 1m30s}, {@code 1.5h}, {@code 0}.
 *
 * @see <a href="https://pkg.go.dev/time#ParseDuration">time.ParseDuration</a>
 */
public final class GoDuration {
  /** Nanoseconds of each unit; U+00B5 and U+03BC are both "micro". */
  private static final Map<String, Long> UNITS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "\u00b5s", 1_000L,
          "\u03bcs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private static final Pattern TERM =
      Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)");
  private static final Pattern WHOLE = Pattern.compile("[+-]?(0|((" + TERM.pattern() + ")+))");

  /** Longer texts are not durations anyone means; the bound keeps the arithmetic small. */
  private static final int LONGEST_TEXT = 64;

  private GoDuration() {}

  /**
   * The duration of the text.
   *
   * @throws BadValueException if Go would refuse it, or it is negative: no flag of ours takes that
   */
  public static Duration parse(String text) throws BadValueException {
    if (text.length() > LONGEST_TEXT || !WHOLE.matcher(text).matches()) {
      throw new BadValueException("is not a duration; give one such as 100ms, 1m30s, 1.5h or 0");
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher term = TERM.matcher(text);
    while (term.find()) {
      long unit = UNITS.getOrDefault(term.group(2), 0L);
      nanos = nanos.add(new BigDecimal(term.group(1)).multiply(BigDecimal.valueOf(unit)));
    }
    if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new BadValueException("is too long; Go's durations end after 292 years");
    }
    if (text.startsWith("-") && nanos.signum() > 0) {
      throw new BadValueException("is negative; give a duration of 0 or more, such as 30s");
    }
    return Duration.ofNanos(nanos.longValue());
  }
}
