package io.webidentity.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.manifest.YamlComposer.NotYamlException;
import io.webidentity.manifest.YamlValue.Alias;
import io.webidentity.manifest.YamlValue.Entry;
import io.webidentity.manifest.YamlValue.Mapping;
import io.webidentity.manifest.YamlValue.Scalar;
import io.webidentity.manifest.YamlValue.Sequence;

/** Makes JSON data of values: aliases and merge keys resolved, YAML 1.1's scalars typed. */
final class YamlData {
  /** Aliases of aliases can mean more than any machine holds; no object comes near to this. */
  private static final int MOST_VALUES = 1_000_000;

  private static final JsonNodeFactory FACTORY = JsonNodeFactory.instance;

  private int values;

  private YamlData() {}

  /**
   * The data of a value.
   *
   * @throws NotYamlException if a scalar is not of the type its tag names, a merge key merges no
   *     mapping, or aliases multiply
   */
  static JsonNode of(YamlValue value) throws NotYamlException {
    return new YamlData().data(value);
  }

  private JsonNode data(YamlValue value) throws NotYamlException {
    values++;
    if (values > MOST_VALUES) {
      throw new NotYamlException(value.span().line(), "the aliases stand for too many values");
    }
    return switch (value) {
      case Scalar scalar -> scalar(scalar);
      case Alias alias -> data(alias.target());
      case Mapping mapping -> object(mapping);
      case Sequence sequence -> {
        ArrayNode array = FACTORY.arrayNode();
        for (YamlValue item : sequence.items()) {
          array.add(data(item));
        }
        yield array;
      }
    };
  }

  /** The mapping's own entries win over merged ones, an earlier merge over a later one. */
  private ObjectNode object(Mapping mapping) throws NotYamlException {
    ObjectNode object = FACTORY.objectNode();
    for (Entry entry : mapping.entries()) {
      if (!entry.isMerge()) {
        object.set(entry.key().value(), data(entry.value()));
      }
    }
    for (Entry entry : mapping.entries()) {
      if (entry.isMerge()) {
        merge(object, entry.value());
      }
    }
    return object;
  }

  private void merge(ObjectNode object, YamlValue source) throws NotYamlException {
    YamlValue merged = source instanceof Alias alias ? alias.target() : source;
    if (merged instanceof Sequence several) {
      for (YamlValue item : several.items()) {
        merge(object, item);
      }
    } else if (data(merged) instanceof ObjectNode fields) {
      fields.properties().forEach(field -> object.putIfAbsent(field.getKey(), field.getValue()));
    } else {
      throw new NotYamlException(source.span().line(), "a merge key (<<) has to name a mapping");
    }
  }

  private static JsonNode scalar(Scalar scalar) throws NotYamlException {
    try {
      return ScalarTypes.data(scalar.tag(), scalar.value());
    } catch (NumberFormatException _) {
      throw new NotYamlException(
          scalar.span().line(),
          "%s is not a number, as its tag says; correct one of them".formatted(scalar.value()));
    }
  }
}
