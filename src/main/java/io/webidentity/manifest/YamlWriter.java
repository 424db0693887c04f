package io.webidentity.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.StreamReader;

/** Writes data as YAML, in block style or in flow style, which for JSON is JSON. */
final class YamlWriter {
  /** What every reader of YAML takes for a text, in blocks and in flows; longer than y and n. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9_./:-]*[A-Za-z0-9_/-]");

  private static final String STEP = "  ";

  private final YamlStyle style;
  private final ScalarTypes resolver = new ScalarTypes();

  YamlWriter(YamlStyle style) {
    this.style = style;
  }

  /**
   * How a flow collection is laid out.
   *
   * @param indent white space before its members, each on a line of its own; empty for all on one
   *     line
   * @param outerIndent white space of the line where it begins
   */
  record Flow(String indent, String outerIndent) {
    static final Flow INLINE = new Flow("", "");

    boolean inline() {
      return indent.equals(outerIndent);
    }

    /** Of a collection that is a member of this one. */
    Flow inner() {
      String step = indent.startsWith(outerIndent) ? indent.substring(outerIndent.length()) : STEP;
      return inline() ? this : new Flow(indent + step, indent);
    }
  }

  /** A member of a block mapping, as lines with their indentation. */
  List<String> member(String key, JsonNode value, int column) {
    String start = " ".repeat(column) + scalar(TextNode.valueOf(key)) + ":";
    List<String> lines = new ArrayList<>();
    if (isScalarOrEmpty(value)) {
      lines.add(start + " " + flow(value, Flow.INLINE));
    } else {
      lines.add(start);
      lines.addAll(under(value, column));
    }
    return lines;
  }

  /** The value of a key at this column, on the lines below it. */
  List<String> under(JsonNode value, int column) {
    int inner = column + (value.isArray() ? style.dashIndent() : STEP.length());
    return block(value, inner);
  }

  /** A block collection whose keys or dashes stand at this column. */
  List<String> block(JsonNode value, int column) {
    List<String> lines = new ArrayList<>();
    if (isScalarOrEmpty(value)) {
      lines.add(" ".repeat(column) + flow(value, Flow.INLINE));
    } else if (value.isArray()) {
      value.forEach(item -> lines.addAll(item(item, column)));
    } else {
      value
          .properties()
          .forEach(field -> lines.addAll(member(field.getKey(), field.getValue(), column)));
    }
    return lines;
  }

  /** An item of a block sequence whose dashes stand at this column. */
  List<String> item(JsonNode item, int column) {
    List<String> lines = block(item, column + STEP.length());
    lines.set(0, " ".repeat(column) + "- " + lines.getFirst().stripLeading());
    return lines;
  }

  /** A value in flow style. */
  String flow(JsonNode value, Flow layout) {
    if (!value.isContainerNode()) {
      return scalar(value);
    }
    List<String> members = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(item -> members.add(flow(item, layout.inner())));
    } else {
      value.properties().forEach(field -> members.add(flowMember(field, layout)));
    }
    String open = value.isArray() ? "[" : "{";
    String close = value.isArray() ? "]" : "}";
    if (members.isEmpty()) {
      return open + close;
    }
    if (layout.inline()) {
      return open + String.join(", ", members) + close;
    }
    String before = style.lineBreak() + layout.indent();
    return open
        + before
        + String.join("," + before, members)
        + style.lineBreak()
        + layout.outerIndent()
        + close;
  }

  /** A member of a flow mapping of this layout. */
  String flowMember(Map.Entry<String, JsonNode> field, Flow layout) {
    return scalar(TextNode.valueOf(field.getKey())) + ": " + flow(field.getValue(), layout.inner());
  }

  private static boolean isScalarOrEmpty(JsonNode value) {
    return !value.isContainerNode() || value.isEmpty();
  }

  private String scalar(JsonNode value) {
    if (!value.isTextual()) {
      return value.asText();
    }
    String text = value.textValue();
    if (style.json()) {
      return value.toString();
    }
    boolean plain =
        PLAIN.matcher(text).matches()
            && resolver.resolve(NodeId.scalar, text, true).equals(Tag.STR);
    return plain ? text : quoted(text);
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().forEach(c -> quoted.append(escaped(c)));
    return quoted.append('"').toString();
  }

  private static String escaped(int c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\t' -> "\\t";
      default -> isVisible(c) ? Character.toString(c) : String.format("\\U%08x", c);
    };
  }

  /** Whether readers of YAML 1.1 and 1.2 take the character for itself, and people see it. */
  private static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> c == ' ' || (StreamReader.isPrintable(c) && !Character.isSpaceChar(c));
    };
  }
}
