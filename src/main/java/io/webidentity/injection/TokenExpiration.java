package io.webidentity.injection;

import java.math.BigInteger;

/**
 * What a token-expiration annotation says.
 *
 * <table>
 * <caption>Values</caption>
 * <tr><th>value</th><th>result</th></tr>
 * <tr><td>an integer of 64 bits below 600</td><td>600 seconds</td></tr>
 * <tr><td>600 to 2^32</td><td>itself</td></tr>
 * <tr><td>above 2^32</td><td>ignored, {@code token_expiration_too_large}</td></tr>
 * <tr><td>anything but ASCII {@code [+-]?[0-9]+}, below -2^63</td>
 * <td>ignored, {@code token_expiration_invalid}</td></tr>
 * </table>
 */
public sealed interface TokenExpiration {
  /** The shortest lifetime the API server accepts for a projected token, seconds. */
  long MINIMUM_SECONDS = 600;

  /** The longest lifetime the API server accepts for a projected token, seconds. */
  long MAXIMUM_SECONDS = 1L << 32;

  /**
   * A lifetime.
   *
   * @param seconds {@link #MINIMUM_SECONDS} to {@link #MAXIMUM_SECONDS}
   */
  record Lifetime(long seconds) implements TokenExpiration {}

  /** No lifetime: the next place that may have one decides. */
  record Ignored(Finding finding) implements TokenExpiration {}

  /** Reads the annotation's value. */
  static TokenExpiration parse(Annotation annotation) {
    String value = annotation.value();
    if (!isInteger(value)) {
      return new Ignored(Finding.of(Reason.TOKEN_EXPIRATION_INVALID, annotation));
    }
    // A pod's annotation may have megabytes of them, and a conversion takes quadratic time.
    BigInteger seconds = new BigInteger(firstDigits(value));
    if (seconds.compareTo(BigInteger.valueOf(Long.MIN_VALUE)) < 0) {
      return new Ignored(Finding.of(Reason.TOKEN_EXPIRATION_INVALID, annotation));
    }
    if (seconds.compareTo(BigInteger.valueOf(MAXIMUM_SECONDS)) > 0) {
      return new Ignored(Finding.of(Reason.TOKEN_EXPIRATION_TOO_LARGE, annotation));
    }
    return new Lifetime(atLeastMinimum(seconds.longValueExact()));
  }

  /** The lifetime that is used where this one is asked for: too short ones are made longer. */
  static long atLeastMinimum(long seconds) {
    return Math.max(seconds, MINIMUM_SECONDS);
  }

  /**
   * The integer without leading zeros, cut after the twentieth digit: the longest of 64 bits has
   * 19, so what is cut is out of range before and after.
   */
  private static String firstDigits(String value) {
    int start = value.charAt(0) == '+' || value.charAt(0) == '-' ? 1 : 0;
    while (start < value.length() - 1 && value.charAt(start) == '0') {
      start++;
    }
    String digits = value.substring(start, Math.min(value.length(), start + 20));
    return value.charAt(0) == '-' ? "-" + digits : digits;
  }

  private static boolean isInteger(String value) {
    int digits = !value.isEmpty() && (value.charAt(0) == '+' || value.charAt(0) == '-') ? 1 : 0;
    for (int i = digits; i < value.length(); i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        return false;
      }
    }
    return value.length() > digits;
  }
}
