package io.webidentity.policy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.regex.MatchResult;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression that somebody wrote into an annotation, in Go's syntax (RE2), which is the
 * one kiam took; time is linear in text and expression. The whole text must match, alternatives
 * included: kiam's {@code ^a|b$} let pass whatever begins with {@code a}.
 */
final class PermittedExpression {
  /** More than any list of roles needs. */
  private static final int LONGEST = 1024;

  /**
   * Of the length and all counts of repetitions, multiplied: RE2/J writes counted repetitions out,
   * and nested ones would fill the memory before it has a size to look at.
   */
  private static final long LARGEST_EXPANSION = 100_000;

  /** Instructions, each of which may be looked at for every character of a role. */
  private static final int LARGEST_PROGRAM = 2_000;

  private static final java.util.regex.Pattern COUNT =
      java.util.regex.Pattern.compile("\\{([0-9]*)(?:,([0-9]*))?}");

  private final Pattern pattern;

  private PermittedExpression(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * The expression that is written so.
   *
   * @throws InvalidPolicyException if it is none, or too large to be tried
   */
  static PermittedExpression of(String text) throws InvalidPolicyException {
    if (text.length() > LONGEST || expansion(text) > LARGEST_EXPANSION) {
      throw new InvalidPolicyException("is too large");
    }
    try {
      Pattern pattern = Pattern.compile(text);
      if (pattern.programSize() > LARGEST_PROGRAM) {
        throw new InvalidPolicyException("is too large");
      }
      return new PermittedExpression(pattern);
    } catch (PatternSyntaxException _) {
      throw new InvalidPolicyException("is not a regular expression");
    }
  }

  boolean matches(String text) {
    return pattern.matches(text);
  }

  /** An upper bound of what the expression becomes, whichever repetitions are nested. */
  private static long expansion(String text) {
    long size = Math.max(1, text.length());
    for (MatchResult count : COUNT.matcher(text).results().toList()) {
      size *= Math.max(1, Math.max(number(count.group(1)), number(count.group(2))));
      if (size > LARGEST_EXPANSION) {
        return size;
      }
    }
    return size;
  }

  /** A count; RE2/J refuses those above 1000. */
  private static long number(@Nullable String digits) {
    if (digits == null || digits.isEmpty()) {
      return 1;
    }
    return digits.length() > 6 ? LARGEST_EXPANSION : Long.parseLong(digits);
  }
}
