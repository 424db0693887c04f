package io.webidentity.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.yaml.snakeyaml.nodes.Tag;

/** A value as it is written: unlike data it knows its place, its style, aliases and merge keys. */
sealed interface YamlValue {
  /** Where it stands. */
  Span span();

  /** Whether it is a flow collection, {@code []} or <code>{}</code>, which JSON's all are. */
  default boolean flow() {
    return false;
  }

  /** What it means, which values that aliases name share: nobody may change it. */
  JsonNode data();

  /** The value itself; of an alias what it names. */
  default YamlValue target() {
    return this;
  }

  /**
   * A scalar.
   *
   * @param value its text, unquoted
   * @param tag its type, resolved
   */
  record Scalar(Span span, String value, Tag tag, JsonNode data) implements YamlValue {}

  /** A list. */
  record Sequence(Span span, boolean flow, List<YamlValue> items, JsonNode data)
      implements YamlValue {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** A mapping. */
  record Mapping(Span span, boolean flow, List<Entry> entries, JsonNode data) implements YamlValue {
    public Mapping {
      entries = List.copyOf(entries);
    }
  }

  /**
   * An alias, {@code *name}.
   *
   * @param target what has the anchor; never an alias itself
   */
  record Alias(Span span, YamlValue target) implements YamlValue {
    @Override
    public JsonNode data() {
      return target.data();
    }
  }

  /** A key and its value. */
  record Entry(Scalar key, YamlValue value) {
    /** Whether this is the merge key, whose value's entries count as the mapping's. */
    boolean isMerge() {
      return key.tag().equals(Tag.MERGE);
    }
  }
}
