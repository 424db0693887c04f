package io.webidentity.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern that a whole text matches or not. {@code *} is any number of ASCII letters, digits and
 * {@code _+=,.@-}, the characters of role names; {@code **} is the same with {@code /}. Everything
 * else stands for itself, so that neither a colon, nor an escape, nor a letter that only looks
 * Latin ever hides behind a wildcard.
 *
 * <p>All positions a text may have reached are followed at once: time is text times pattern,
 * whatever the two are.
 */
final class Glob {
  private static final char STAR = '*';

  private final String text;
  private final String literalStart;
  private final List<Token> tokens;

  private Glob(String text, List<Token> tokens) {
    this.text = text;
    this.tokens = tokens;
    int star = text.indexOf(STAR);
    this.literalStart = star < 0 ? text : text.substring(0, star);
  }

  /** The pattern that is written so; three asterisks or more mean two. */
  static Glob of(String text) {
    List<Token> tokens = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character != STAR) {
        tokens.add(new Token.Literal(character));
        continue;
      }
      int first = i;
      while (i + 1 < text.length() && text.charAt(i + 1) == STAR) {
        i++;
      }
      tokens.add(i == first ? Token.Wildcard.WITHIN_SEGMENT : Token.Wildcard.ACROSS_SEGMENTS);
    }
    return new Glob(text, List.copyOf(tokens));
  }

  /** Whether only one text matches: the pattern's own. */
  boolean exact() {
    return text.indexOf(STAR) < 0;
  }

  /** The number of characters that stand for themselves. */
  int literals() {
    return (int) text.chars().filter(character -> character != STAR).count();
  }

  boolean matches(String candidate) {
    if (exact()) {
      return text.equals(candidate);
    }
    if (!candidate.startsWith(literalStart)) {
      return false;
    }
    boolean[] reached = new boolean[tokens.size() + 1];
    reached[literalStart.length()] = true;
    passWildcards(reached);
    for (int i = literalStart.length(); i < candidate.length(); i++) {
      reached = step(reached, candidate.charAt(i));
    }
    return reached[tokens.size()];
  }

  private boolean[] step(boolean[] reached, char character) {
    boolean[] next = new boolean[reached.length];
    for (int i = 0; i < tokens.size(); i++) {
      if (reached[i] && tokens.get(i).takes(character)) {
        next[tokens.get(i) instanceof Token.Wildcard ? i : i + 1] = true;
      }
    }
    passWildcards(next);
    return next;
  }

  /** A wildcard may stand for nothing. */
  private void passWildcards(boolean[] reached) {
    for (int i = 0; i < tokens.size(); i++) {
      if (reached[i] && tokens.get(i) instanceof Token.Wildcard) {
        reached[i + 1] = true;
      }
    }
  }

  @Override
  public String toString() {
    return text;
  }

  private sealed interface Token {
    boolean takes(char character);

    record Literal(char character) implements Token {
      @Override
      public boolean takes(char candidate) {
        return candidate == character;
      }
    }

    enum Wildcard implements Token {
      WITHIN_SEGMENT {
        @Override
        public boolean takes(char character) {
          return ofNames(character);
        }
      },
      ACROSS_SEGMENTS {
        @Override
        public boolean takes(char character) {
          return ofNames(character) || character == '/';
        }
      };

      /**
       * The characters of <a
       * href="https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html">RoleName</a>.
       */
      private static boolean ofNames(char character) {
        return (character >= 'a' && character <= 'z')
            || (character >= 'A' && character <= 'Z')
            || (character >= '0' && character <= '9')
            || "_+=,.@-".indexOf(character) >= 0;
      }
    }
  }
}
