package io.webidentity.shadow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What pods and other webhooks say, as the log shows it: in one short line of visible ASCII, and
 * without values that people keep secrets in, which are those of variables and HTTP headers whose
 * names do not begin with {@code AWS_}.
 */
final class ShownValue {
  /** Of one value; long enough for a variable with a role. */
  static final int MAX_CHARACTERS = 160;

  private static final String SHOWN_PREFIX = "AWS_";
  private static final String HIDDEN = "(not shown)";
  private static final String VALUE = "value";
  private static final Pattern NAMED_VALUE = Pattern.compile(".*/env/([^/]*)/value");

  private ShownValue() {}

  /** A value of a difference. */
  static String of(Difference difference, JsonNode value) {
    if (value.isMissingNode()) {
      return "nothing";
    }
    Matcher named = NAMED_VALUE.matcher(difference.shape());
    if (named.matches() && !named.group(1).startsWith(SHOWN_PREFIX)) {
      return HIDDEN;
    }
    JsonNode shown = value.deepCopy();
    hideSecrets(shown);
    return text(shown.toString());
  }

  /** Any text. */
  static String text(String text) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (line.length() >= MAX_CHARACTERS) {
        return line.append("...").toString();
      }
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        line.append("\\u%04x".formatted((int) c));
      } else {
        line.append(c);
      }
    }
    return line.toString();
  }

  private static void hideSecrets(JsonNode value) {
    if (value instanceof ObjectNode object
        && object.has(VALUE)
        && !object.path("name").asText().startsWith(SHOWN_PREFIX)) {
      object.put(VALUE, HIDDEN);
    }
    value.forEach(ShownValue::hideSecrets);
  }
}
