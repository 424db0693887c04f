package io.webidentity.policy;

import com.google.re2j.Pattern;
import java.util.Optional;

/**
 * A pattern that a whole text matches or not. {@code *} is any number of ASCII letters, digits and
 * {@code _+=,.@-}, the characters of <a
 * href="https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html">role names</a>; {@code
 * **} is the same with {@code /}. Everything else stands for itself, so that neither a colon, nor
 * an escape, nor a letter that only looks Latin ever hides behind a wildcard.
 *
 * <p>RE2/J takes time linear in the text, whatever the pattern.
 */
final class Glob {
  private static final char STAR = '*';
  private static final String WITHIN_SEGMENT = "[A-Za-z0-9_+=,.@-]*";
  private static final String ACROSS_SEGMENTS = "[A-Za-z0-9_+=,.@/-]*";

  private final String text;

  /** Empty without a wildcard: most patterns of large policies have none. */
  private final Optional<Pattern> pattern;

  private Glob(String text, Optional<Pattern> pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  /** The pattern that is written so; three asterisks or more mean two. */
  static Glob of(String text) {
    if (text.indexOf(STAR) < 0) {
      return new Glob(text, Optional.empty());
    }
    StringBuilder expression = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      int first = i;
      boolean wildcard = text.charAt(i) == STAR;
      while (i < text.length() && (text.charAt(i) == STAR) == wildcard) {
        i++;
      }
      expression.append(
          wildcard
              ? (i - first == 1 ? WITHIN_SEGMENT : ACROSS_SEGMENTS)
              : Pattern.quote(text.substring(first, i)));
    }
    return new Glob(text, Optional.of(Pattern.compile(expression.toString())));
  }

  /** Whether only one text matches: the pattern's own. */
  boolean exact() {
    return pattern.isEmpty();
  }

  /** The number of characters that stand for themselves. */
  int literals() {
    return (int) text.chars().filter(character -> character != STAR).count();
  }

  boolean matches(String candidate) {
    return pattern.map(wild -> wild.matches(candidate)).orElseGet(() -> text.equals(candidate));
  }

  @Override
  public String toString() {
    return text;
  }
}
