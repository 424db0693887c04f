package io.webidentity.policy;

import java.util.function.IntPredicate;

/** Finds characters that do not belong, and names them: many cannot be told apart by eye. */
final class Characters {
  private Characters() {}

  /**
   * Does nothing where every character is allowed.
   *
   * @param allowed says which are
   * @param list the same for people
   */
  static void requireOneOf(String text, IntPredicate allowed, String list)
      throws InvalidPolicyException {
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      if (!allowed.test(character)) {
        throw new InvalidPolicyException(
            "has the character U+%04X (%s) at position %d; write only %s"
                .formatted(
                    character, Character.getName(character), text.codePointCount(0, i) + 1, list));
      }
      i += Character.charCount(character);
    }
  }
}
