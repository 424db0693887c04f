package io.webidentity.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.manifest.YamlComposer.NotYamlException;
import io.webidentity.manifest.YamlValue.Entry;
import io.webidentity.manifest.YamlValue.Sequence;
import java.util.List;
import org.yaml.snakeyaml.nodes.Tag;

/** Makes JSON data of values: merge keys resolved, YAML 1.1's scalars typed. */
final class YamlData {
  private YamlData() {}

  /** The data of a scalar, which has to be of the type that its tag names. */
  static JsonNode scalar(Span span, Tag tag, String text) throws NotYamlException {
    try {
      return ScalarTypes.data(tag, text);
    } catch (NumberFormatException _) {
      throw new NotYamlException(
          span.line(), "%s is not a number, as its tag says; correct one of them".formatted(text));
    }
  }

  /** The data of a sequence. */
  static ArrayNode array(List<YamlValue> items) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode(items.size());
    items.forEach(item -> array.add(item.data()));
    return array;
  }

  /**
   * The data of a mapping. Its own entries win over merged ones, an earlier merge over a later one.
   */
  static ObjectNode object(List<Entry> entries) throws NotYamlException {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (Entry entry : entries) {
      if (!entry.isMerge()) {
        object.set(entry.key().value(), entry.value().data());
      }
    }
    for (Entry entry : entries) {
      if (entry.isMerge()) {
        merge(object, entry.value());
      }
    }
    return object;
  }

  private static void merge(ObjectNode object, YamlValue source) throws NotYamlException {
    if (source.target() instanceof Sequence several) {
      for (YamlValue item : several.items()) {
        merge(object, item);
      }
    } else if (source.data() instanceof ObjectNode fields) {
      fields.properties().forEach(field -> object.putIfAbsent(field.getKey(), field.getValue()));
    } else {
      throw new NotYamlException(source.span().line(), "a merge key (<<) has to name a mapping");
    }
  }
}
