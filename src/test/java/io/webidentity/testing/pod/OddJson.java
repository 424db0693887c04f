package io.webidentity.testing.pod;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON as nobody writes it, but as the RFC allows: blanks, escapes, names given twice. */
public final class OddJson {
  private final Choices choices;
  private final StringBuilder text = new StringBuilder();

  private OddJson(Choices choices) {
    this.choices = choices;
  }

  /** The value's text. Names given twice have {@code null} or the same value the first time. */
  public static String write(JsonNode node, long seed) {
    OddJson json = new OddJson(new Choices(seed));
    json.value(node);
    return json.text.toString();
  }

  private void value(JsonNode node) {
    blanks();
    switch (node.getNodeType()) {
      case OBJECT -> object(node);
      case ARRAY -> array(node);
      case STRING -> string(node.textValue());
      default -> text.append(node);
    }
    blanks();
  }

  private void object(JsonNode object) {
    text.append('{');
    for (Iterator<Map.Entry<String, JsonNode>> members = object.properties().iterator();
        members.hasNext(); ) {
      Map.Entry<String, JsonNode> member = members.next();
      if (choices.chance(5)) {
        member(member.getKey(), choices.chance(50) ? null : member.getValue());
        text.append(',');
      }
      member(member.getKey(), member.getValue());
      if (members.hasNext()) {
        text.append(',');
      }
    }
    text.append('}');
  }

  private void member(String name, @Nullable JsonNode value) {
    blanks();
    string(name);
    blanks();
    text.append(':');
    if (value == null) {
      text.append("null");
    } else {
      value(value);
    }
  }

  private void array(JsonNode array) {
    text.append('[');
    for (Iterator<JsonNode> elements = array.elements(); elements.hasNext(); ) {
      value(elements.next());
      if (elements.hasNext()) {
        text.append(',');
      }
    }
    text.append(']');
  }

  private void string(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char character = value.charAt(i);
      boolean plain = !Character.isSurrogate(character);
      if (character < ' '
          || character == '"'
          || character == '\\'
          || (plain && choices.chance(3))) {
        text.append(String.format("\\u%04x", (int) character));
      } else {
        text.append(character);
      }
    }
    text.append('"');
  }

  private void blanks() {
    if (choices.chance(5)) {
      text.append(choices.oneOf(" ", "\n", "\t", "\r\n  "));
    }
  }
}
