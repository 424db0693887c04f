package io.webidentity.manifest;

import java.io.Reader;
import java.io.StringReader;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A text as SnakeYAML, which knows YAML 1.1, can read it. JSON allows two things that YAML 1.1
 * refuses: tabs between tokens, which become spaces here, and {@code \/} in a string, which becomes
 * a slash.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259#section-7">RFC 8259, section 7</a>
 */
public final class YamlText {
  private static final Pattern JSON =
      Pattern.compile("\\uFEFF?\\s*(?:\\{\\s*[\"}]|\\[\\s*[\"{\\[\\]])");

  private final String readable;

  /** Where in the text each code point of {@code readable} stands; empty if all are the same. */
  private final int[] offsets;

  private YamlText(String readable, int[] offsets) {
    this.readable = readable;
    this.offsets = offsets;
  }

  /** This text, each of whose documents is YAML or JSON. */
  public static YamlText of(String text) {
    boolean simple =
        !text.contains("\\/")
            && text.chars().noneMatch(c -> c == '\t' || Character.isSurrogate((char) c));
    return simple ? new YamlText(text, new int[0]) : translated(text);
  }

  private static YamlText translated(String text) {
    StringBuilder readable = new StringBuilder(text.length());
    int[] offsets = new int[text.length() + 1];
    int count = 0;
    boolean json = isJson(text, text.startsWith("---") ? 3 : 0);
    boolean quoted = false;
    boolean escaped = false;
    int next;
    for (int i = 0; i < text.length(); i = next) {
      int c = text.codePointAt(i);
      next = i + Character.charCount(c);
      if (!quoted && c == '\n' && text.startsWith("---", next)) {
        json = isJson(text, next + 3);
      }
      quoted ^= json && c == '"' && !escaped;
      escaped = quoted && c == '\\' && !escaped;
      if (!escaped || !text.startsWith("/", next)) {
        offsets[count++] = i;
        readable.appendCodePoint(json && !quoted && c == '\t' ? ' ' : c);
      }
    }
    offsets[count] = text.length();
    return new YamlText(readable.toString(), Arrays.copyOf(offsets, count + 1));
  }

  /** Whether a text is JSON: an object whose first key is in quotes, or a list of such. */
  static boolean isJson(CharSequence text) {
    return isJson(text, 0);
  }

  private static boolean isJson(CharSequence text, int from) {
    return JSON.matcher(text).region(Math.min(from, text.length()), text.length()).lookingAt();
  }

  /** What SnakeYAML is to read. */
  public Reader reader() {
    return new StringReader(readable);
  }

  /** Where in the text a code point of what was read stands. */
  int offset(int codePoint) {
    return offsets.length == 0 ? codePoint : offsets[codePoint];
  }
}
