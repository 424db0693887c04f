package io.webidentity.injection;

/**
 * Text that strangers wrote, made safe to show: in logs, warnings, Events, answers and on a
 * terminal. What cannot be seen, or moves what stands around it, is written as Java source would:
 *
 * <table>
 * <caption>What is escaped</caption>
 * <tr><td>control characters of ASCII and of C1, DEL</td><td>begin lines, drive terminals</td></tr>
 * <tr><td>U+2028, U+2029</td><td>begin lines</td></tr>
 * <tr><td>format characters (Cf), such as U+202E or U+FEFF</td><td>turn text round, or hide in
 * it</td></tr>
 * <tr><td>half a surrogate pair, code points of nothing</td><td>cannot be written as UTF-8, or have
 * no glyph</td></tr>
 * </table>
 *
 * <p>Quotes and backslashes stay: shown text is not read back, and escaping twice changes nothing.
 */
public final class VisibleText {
  private VisibleText() {}

  /** The text; itself if all of it can be seen, which costs nothing. */
  public static String of(String text) {
    int invisible = firstInvisible(text);
    return invisible < 0 ? text : escaped(text, invisible);
  }

  /** Whether all of the text can be seen. */
  public static boolean isVisible(String text) {
    return firstInvisible(text) < 0;
  }

  private static int firstInvisible(String text) {
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      if (!isVisible(character)) {
        return i;
      }
      i += Character.charCount(character);
    }
    return -1;
  }

  /** Whether a character shows and stays in its line. */
  public static boolean isVisible(int character) {
    if (character >= ' ' && character <= '~') {
      return true;
    }
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  private static String escaped(String text, int firstInvisible) {
    StringBuilder line = new StringBuilder(text.length() + 16).append(text, 0, firstInvisible);
    for (int i = firstInvisible; i < text.length(); ) {
      int character = text.codePointAt(i);
      append(line, character);
      i += Character.charCount(character);
    }
    return line.toString();
  }

  /** Adds a character as it is shown. */
  static void append(StringBuilder line, int character) {
    switch (character) {
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      default -> {
        if (isVisible(character)) {
          line.appendCodePoint(character);
        } else {
          line.append("\\u{").append(Integer.toHexString(character)).append('}');
        }
      }
    }
  }
}
