package io.webidentity.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.manifest.YamlEdits.NotEditableException;
import io.webidentity.manifest.YamlEdits.Slot;
import io.webidentity.manifest.YamlValue.Alias;
import io.webidentity.manifest.YamlValue.Entry;
import io.webidentity.manifest.YamlValue.Mapping;
import io.webidentity.manifest.YamlValue.Scalar;
import io.webidentity.manifest.YamlValue.Sequence;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Finds the smallest edits that make a text mean other data, where the other data has members and
 * items more than the text, or values instead of {@code null} and of what is empty.
 *
 * <p>What an anchor names may change while an alias of it must not, or otherwise; then the alias is
 * replaced with what it is to mean. What merge keys bring and is to differ is written out.
 */
final class YamlEditor {
  private final YamlEdits edits;
  private final IdentityHashMap<YamlValue, JsonNode> dataAfter = new IdentityHashMap<>();

  private YamlEditor(YamlEdits edits) {
    this.edits = edits;
  }

  /**
   * The edits that make the text of {@code root} mean {@code after}.
   *
   * @throws NotEditableException if there are none that this class knows
   */
  static List<TextEdit> edits(String text, YamlStyle style, YamlValue root, JsonNode after)
      throws NotEditableException {
    if (!(root instanceof Mapping) || after.isEmpty()) {
      throw new NotEditableException("the document is no mapping, or an empty one");
    }
    YamlEdits edits = new YamlEdits(text, style);
    new YamlEditor(edits).edit(root, after, new Slot.BlockItem());
    return edits.list();
  }

  private void edit(YamlValue value, JsonNode after, Slot slot) throws NotEditableException {
    dataAfter.put(value, after);
    switch (value) {
      case Alias alias -> {
        if (!after.equals(dataAfter.get(alias.target()))) {
          edits.replace(alias, after, slot);
        }
      }
      case Scalar scalar -> {
        if (!scalar.data().equals(after)) {
          edits.replace(scalar, after, slot);
        }
      }
      case Sequence sequence when sequence.items().isEmpty() && !after.isEmpty() ->
          edits.replace(sequence, after, slot);
      case Mapping mapping when mapping.entries().isEmpty() && !after.isEmpty() ->
          edits.replace(mapping, after, slot);
      case Sequence sequence when after instanceof ArrayNode array -> edit(sequence, array);
      case Mapping mapping when after instanceof ObjectNode object -> edit(mapping, object);
      default -> throw new NotEditableException("a collection became something else");
    }
  }

  private void edit(Mapping mapping, ObjectNode after) throws NotEditableException {
    if (mapping.entries().isEmpty()) {
      return;
    }
    Slot slot = edits.slot(mapping);
    ObjectNode added = after.deepCopy();
    for (Entry entry : mapping.entries()) {
      if (!entry.isMerge()) {
        edit(entry.value(), child(after, entry.key().value()), slot);
        added.remove(entry.key().value());
      }
    }
    for (Entry entry : mapping.entries()) {
      if (entry.isMerge()) {
        for (Map.Entry<String, JsonNode> merged : merged(entry.value())) {
          if (merged.getValue().equals(child(after, merged.getKey()))) {
            added.remove(merged.getKey());
          }
        }
      }
    }
    edits.add(mapping, added);
  }

  private static JsonNode child(ObjectNode object, String name) throws NotEditableException {
    JsonNode child = object.get(name);
    if (child == null) {
      throw new NotEditableException("a member is to go: " + name);
    }
    return child;
  }

  /** The members that a merge key will bring, from what its sources will be. */
  private List<Map.Entry<String, JsonNode>> merged(YamlValue source) {
    YamlValue named = source.target();
    if (named instanceof Sequence several) {
      Map<String, JsonNode> members = new LinkedHashMap<>();
      for (YamlValue item : several.items()) {
        merged(item).forEach(member -> members.putIfAbsent(member.getKey(), member.getValue()));
      }
      return List.copyOf(members.entrySet());
    }
    return List.copyOf(dataAfter.getOrDefault(named, named.data()).properties());
  }

  private void edit(Sequence sequence, ArrayNode after) throws NotEditableException {
    List<YamlValue> items = sequence.items();
    int more = after.size() - items.size();
    if (more < 0) {
      throw new NotEditableException("an item is to go");
    }
    if (items.isEmpty()) {
      return;
    }
    Slot slot = edits.slot(sequence);
    JsonNode before = sequence.data();
    boolean first = more > 0 && before.equals(slice(after, more, after.size()));
    if (more > 0 && !first && !before.equals(slice(after, 0, items.size()))) {
      throw new NotEditableException("items are added and changed");
    }
    int shift = first ? more : 0;
    if (first) {
      edits.addFirst(sequence, slice(after, 0, more));
    }
    for (int i = 0; i < items.size(); i++) {
      edit(items.get(i), after.get(i + shift), slot);
    }
    if (more > 0 && !first) {
      edits.append(sequence, slice(after, items.size(), after.size()));
    }
  }

  private static ArrayNode slice(ArrayNode array, int from, int to) {
    ArrayNode slice = array.arrayNode();
    IntStream.range(from, to).forEach(i -> slice.add(array.get(i)));
    return slice;
  }
}
