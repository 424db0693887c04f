package io.webidentity.injection;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sentence with places for values that users wrote. The values are escaped, and cut where the
 * sentence would become too long: the advice is never cut.
 */
final class MessageTemplate {
  /**
   * Where the API server begins to cut warnings (<a
   * href="https://github.com/kubernetes/apiserver/blob/master/pkg/endpoints/filters/warning.go">its
   * warning recorder</a> cuts single ones at 256 runes once a response has too many).
   */
  static final int MAX_CHARACTERS = 256;

  /** Other braces are text: advice names the places of session names. */
  private static final Pattern PLACE = Pattern.compile("\\{(kind|name|key|value|[0-9])}");

  private static final String CUT = "…";

  private final List<String> parts = new ArrayList<>();
  private final List<String> places = new ArrayList<>();
  private final int room;

  /**
   * A template.
   *
   * @param text in which {@code {kind}}, {@code {name}}, {@code {key}} and {@code {value}} are
   *     places for what {@link Finding} has, digits for its context
   */
  MessageTemplate(String text) {
    Matcher place = PLACE.matcher(text);
    int end = 0;
    int length = 0;
    while (place.find()) {
      parts.add(text.substring(end, place.start()));
      places.add(place.group(1));
      length += place.start() - end;
      end = place.end();
    }
    parts.add(text.substring(end));
    room = MAX_CHARACTERS - (length + text.length() - end);
  }

  /**
   * The sentence.
   *
   * @param values the value for each place, by its name
   */
  String fill(UnaryOperator<String> values) {
    String[] escaped = new String[places.size()];
    for (int i = 0; i < escaped.length; i++) {
      escaped[i] = escape(values.apply(places.get(i)));
    }
    int longest = longestAllowed(escaped);
    StringBuilder message = new StringBuilder(MAX_CHARACTERS).append(parts.getFirst());
    for (int i = 0; i < escaped.length; i++) {
      appendCut(message, escaped[i], longest);
      message.append(parts.get(i + 1));
    }
    return message.toString();
  }

  /** The greatest length for a value with which all of them fit: long ones give way first. */
  private int longestAllowed(String[] values) {
    int longest = MAX_CHARACTERS;
    while (lengthWith(values, longest) > room) {
      longest--;
    }
    return longest;
  }

  private static int lengthWith(String[] values, int longest) {
    int length = 0;
    for (String value : values) {
      length += Math.min(value.length(), longest);
    }
    return length;
  }

  private static void appendCut(StringBuilder message, String value, int longest) {
    if (value.length() <= longest) {
      message.append(value);
      return;
    }
    int end = longest - CUT.length();
    if (Character.isHighSurrogate(value.charAt(end - 1))) {
      end--;
    }
    message.append(value, 0, end).append(CUT);
  }

  /** The value as it stands between quotes; what can never be shown is left out. */
  private static String escape(String value) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < value.length() && escaped.length() <= MAX_CHARACTERS; ) {
      int character = value.codePointAt(i);
      i += Character.charCount(character);
      if (character == '"' || character == '\\') {
        escaped.append('\\');
      }
      VisibleText.append(escaped, character);
    }
    return escaped.toString();
  }
}
