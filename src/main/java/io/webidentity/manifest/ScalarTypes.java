package io.webidentity.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * What unquoted scalars are, as kubectl reads them. It is YAML 1.1 but for {@code y} and {@code n},
 * which are booleans, {@code 0o7}, which is a number, and {@code 12:30}, which is none.
 *
 * @see <a href="https://github.com/kubernetes-sigs/yaml">sigs.k8s.io/yaml</a>
 */
final class ScalarTypes extends Resolver {
  private static final Pattern BOOLEAN =
      Pattern.compile(
          "y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF");
  private static final Pattern INTEGER =
      Pattern.compile("[-+]?(0|[1-9][0-9_]*|0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+)");
  private static final Pattern REAL =
      Pattern.compile(
          "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?"
              + "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

  @Override
  protected void addImplicitResolvers() {
    addImplicitResolver(Tag.BOOL, BOOLEAN, "yYnNtTfFoO");
    addImplicitResolver(Tag.INT, INTEGER, "-+0123456789");
    addImplicitResolver(Tag.FLOAT, REAL, "-+0123456789.");
    addImplicitResolver(Tag.MERGE, MERGE, "<");
    addImplicitResolver(Tag.NULL, NULL, "~nN\0");
    addImplicitResolver(Tag.NULL, EMPTY, null);
  }

  /**
   * The data of a scalar.
   *
   * @throws NumberFormatException if its tag, written or resolved, is of a number that it is not
   */
  static JsonNode data(Tag tag, String text) {
    if (tag.equals(Tag.NULL)) {
      return NullNode.getInstance();
    }
    if (tag.equals(Tag.BOOL)) {
      return BooleanNode.valueOf(isTrue(text.toLowerCase(Locale.ROOT)));
    }
    if (tag.equals(Tag.INT)) {
      return integer(text.replace("_", ""));
    }
    return tag.equals(Tag.FLOAT) ? DoubleNode.valueOf(real(text)) : TextNode.valueOf(text);
  }

  private static boolean isTrue(String text) {
    return text.equals("true") || text.equals("yes") || text.equals("y") || text.equals("on");
  }

  private static JsonNode integer(String text) {
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    BigInteger size;
    if (digits.startsWith("0x")) {
      size = new BigInteger(digits.substring(2), 16);
    } else if (digits.startsWith("0b")) {
      size = new BigInteger(digits.substring(2), 2);
    } else if (digits.startsWith("0o")) {
      size = new BigInteger(digits.substring(2), 8);
    } else {
      size = new BigInteger(digits, digits.startsWith("0") ? 8 : 10);
    }
    BigInteger value = negative ? size.negate() : size;
    if (value.bitLength() < Integer.SIZE) {
      return IntNode.valueOf(value.intValueExact());
    }
    return value.bitLength() < Long.SIZE
        ? LongNode.valueOf(value.longValueExact())
        : BigIntegerNode.valueOf(value);
  }

  private static double real(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case ".inf", "+.inf" -> Double.POSITIVE_INFINITY;
      case "-.inf" -> Double.NEGATIVE_INFINITY;
      case ".nan" -> Double.NaN;
      default -> Double.parseDouble(text);
    };
  }
}
