package io.webidentity.cli.manifest;

import static io.webidentity.cli.manifest.YamlComposer.lineEnd;
import static io.webidentity.cli.manifest.YamlComposer.lineStart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.cli.manifest.YamlComposer.NotYamlException;
import io.webidentity.cli.manifest.YamlValue.Alias;
import io.webidentity.cli.manifest.YamlValue.Entry;
import io.webidentity.cli.manifest.YamlValue.Mapping;
import io.webidentity.cli.manifest.YamlValue.Scalar;
import io.webidentity.cli.manifest.YamlValue.Sequence;
import io.webidentity.cli.manifest.YamlWriter.Flow;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds the smallest edits that make a text mean other data, where the other data has members and
 * items more than the text, or values in the place of {@code null} and of what is empty.
 *
 * <p>What an anchor names may change while an alias of it must not, or otherwise; then the alias is
 * replaced with what it is to mean. Merge keys likewise.
 */
final class YamlEditor {
  private final String text;
  private final YamlStyle style;
  private final YamlWriter writer;
  private final List<TextEdit> edits = new ArrayList<>();
  private final IdentityHashMap<YamlValue, JsonNode> dataAfter = new IdentityHashMap<>();

  private YamlEditor(String text, YamlStyle style) {
    this.text = text;
    this.style = style;
    this.writer = new YamlWriter(style);
  }

  /** The text cannot be edited so: it has to be written anew. */
  static final class NotEditableException extends Exception {
    private static final long serialVersionUID = 1L;

    NotEditableException(String reason) {
      super(reason);
    }
  }

  /** Where a value stands, which decides how another one takes its place. */
  private sealed interface Slot {
    /** The value of a key of a block mapping, whose keys stand at this column. */
    record BlockMember(int column) implements Slot {}

    /** An item of a block sequence. */
    record BlockItem() implements Slot {}

    /** In a flow collection of this layout. */
    record InFlow(Flow layout) implements Slot {}
  }

  /**
   * The edits that make the text of {@code root} mean {@code after}.
   *
   * @throws NotEditableException if there are none that this class knows
   * @throws NotYamlException if the text cannot be understood
   */
  static List<TextEdit> edits(String text, YamlStyle style, YamlValue root, JsonNode after)
      throws NotEditableException, NotYamlException {
    YamlEditor editor = new YamlEditor(text, style);
    if (!root.getClass().equals(Mapping.class)) {
      throw new NotEditableException("the document is no mapping");
    }
    editor.edit(root, after, new Slot.BlockItem());
    return editor.edits;
  }

  private void edit(YamlValue value, JsonNode after, Slot slot)
      throws NotEditableException, NotYamlException {
    dataAfter.put(value, after);
    switch (value) {
      case Alias alias -> {
        if (!after.equals(dataAfter.get(alias.target()))) {
          replace(alias, after, slot);
        }
      }
      case Scalar scalar -> {
        if (!YamlData.of(scalar).equals(after)) {
          replace(scalar, after, slot);
        }
      }
      case Sequence sequence when sequence.items().isEmpty() && !after.isEmpty() ->
          replace(sequence, after, slot);
      case Mapping mapping when mapping.entries().isEmpty() && !after.isEmpty() ->
          replace(mapping, after, slot);
      case Sequence sequence when after instanceof ArrayNode array -> edit(sequence, array);
      case Mapping mapping when after instanceof ObjectNode object -> edit(mapping, object);
      default -> throw new NotEditableException("a collection became something else");
    }
  }

  private void edit(Mapping mapping, ObjectNode after)
      throws NotEditableException, NotYamlException {
    if (mapping.entries().isEmpty()) {
      return;
    }
    Slot slot =
        mapping.flow()
            ? new Slot.InFlow(layout(mapping, mapping.entries().getFirst().key()))
            : new Slot.BlockMember(mapping.span().column());
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
    add(mapping, added, slot);
  }

  private static JsonNode child(ObjectNode object, String name) throws NotEditableException {
    JsonNode child = object.get(name);
    if (child == null) {
      throw new NotEditableException("a member is to go: " + name);
    }
    return child;
  }

  /** The members that a merge key will bring, from what its sources will be. */
  private List<Map.Entry<String, JsonNode>> merged(YamlValue source) throws NotYamlException {
    YamlValue named = source instanceof Alias alias ? alias.target() : source;
    if (named instanceof Sequence several) {
      Map<String, JsonNode> members = new LinkedHashMap<>();
      for (YamlValue item : several.items()) {
        merged(item).forEach(member -> members.putIfAbsent(member.getKey(), member.getValue()));
      }
      return List.copyOf(members.entrySet());
    }
    JsonNode after = dataAfter.get(named);
    return List.copyOf((after == null ? YamlData.of(named) : after).properties());
  }

  private void add(Mapping mapping, ObjectNode added, Slot slot) {
    if (added.isEmpty()) {
      return;
    }
    int end = mapping.entries().getLast().value().span().end();
    switch (slot) {
      case Slot.InFlow(Flow layout) ->
          added
              .properties()
              .forEach(
                  field -> insert(end, "," + separator(layout) + writer.flowMember(field, layout)));
      case Slot.BlockMember(int column) -> insertLines(end, writer.block(added, column));
      case Slot.BlockItem _ -> throw new IllegalStateException("a mapping has members");
    }
  }

  private void edit(Sequence sequence, ArrayNode after)
      throws NotEditableException, NotYamlException {
    List<YamlValue> items = sequence.items();
    int more = after.size() - items.size();
    if (items.isEmpty() || more < 0) {
      if (more < 0) {
        throw new NotEditableException("an item is to go");
      }
      return;
    }
    Slot slot =
        sequence.flow()
            ? new Slot.InFlow(layout(sequence, items.getFirst()))
            : new Slot.BlockItem();
    JsonNode before = YamlData.of(sequence);
    boolean first = more > 0 && before.equals(slice(after, more, after.size()));
    if (more > 0 && !first && !before.equals(slice(after, 0, items.size()))) {
      throw new NotEditableException("items are added and changed");
    }
    int shift = first ? more : 0;
    if (first) {
      addFirst(sequence, slice(after, 0, more), slot);
    }
    for (int i = 0; i < items.size(); i++) {
      edit(items.get(i), after.get(i + shift), slot);
    }
    if (more > 0 && !first) {
      append(sequence, slice(after, items.size(), after.size()), slot);
    }
  }

  private static ArrayNode slice(ArrayNode array, int from, int to) {
    ArrayNode slice = array.arrayNode();
    IntStream.range(from, to).forEach(i -> slice.add(array.get(i)));
    return slice;
  }

  private void append(Sequence sequence, ArrayNode added, Slot slot) {
    int end = sequence.items().getLast().span().end();
    if (slot instanceof Slot.InFlow(Flow layout)) {
      added.forEach(
          item -> insert(end, "," + separator(layout) + writer.flow(item, layout.inner())));
    } else {
      insertLines(end, writer.block(added, sequence.span().column()));
    }
  }

  /** Before the first item, and before the comments above it, which belong to that item. */
  private void addFirst(Sequence sequence, ArrayNode added, Slot slot) throws NotEditableException {
    int start = sequence.items().getFirst().span().from();
    if (slot instanceof Slot.InFlow(Flow layout)) {
      added.forEach(
          item -> insert(start, writer.flow(item, layout.inner()) + "," + separator(layout)));
      return;
    }
    int line = lineStart(text, sequence.span().start());
    if (!text.substring(line, sequence.span().start()).isBlank()) {
      throw new NotEditableException("the first item has no line of its own");
    }
    int above = line;
    while (above > 0 && isCommentOrBlank(lineStart(text, above - 1), above)) {
      above = lineStart(text, above - 1);
    }
    if (above == 0) {
      throw new NotEditableException("the list has no key");
    }
    insertLines(above - lineBreakBefore(above), writer.block(added, sequence.span().column()));
  }

  private boolean isCommentOrBlank(int from, int to) {
    String line = text.substring(from, to).strip();
    return line.isEmpty() || line.startsWith("#");
  }

  private int lineBreakBefore(int offset) {
    return text.startsWith("\r\n", offset - 2) ? 2 : 1;
  }

  private void replace(YamlValue value, JsonNode after, Slot slot) throws NotEditableException {
    int start = value.span().start();
    int end = value.span().end();
    switch (slot) {
      case Slot.InFlow(Flow layout) -> put(start, end, writer.flow(after, layout.inner()));
      case Slot.BlockMember _ when !after.isContainerNode() || after.isEmpty() ->
          put(start, end, writer.flow(after, Flow.INLINE));
      case Slot.BlockMember(int column) -> {
        int blank = start;
        while (text.charAt(blank - 1) == ' ') {
          blank--;
        }
        edits.add(new TextEdit(blank, end - blank, ""));
        insertLines(end, writer.under(after, column));
      }
      case Slot.BlockItem _ -> {
        int column = value.span().column();
        String lines = String.join(style.lineBreak(), writer.block(after, column));
        put(start, end, lines.substring(column));
      }
    }
  }

  /** In the place of a value; nothing may touch the colon before it. */
  private void put(int start, int end, String value) {
    boolean touches = start > 0 && text.charAt(start - 1) == ':';
    edits.add(new TextEdit(start, end - start, touches ? " " + value : value));
  }

  private void insert(int offset, String inserted) {
    edits.add(new TextEdit(offset, 0, inserted));
  }

  /** Below the line of this offset, so that a comment at its end stays where it is. */
  private void insertLines(int offset, List<String> lines) {
    String inserted = style.lineBreak() + String.join(style.lineBreak(), lines);
    insert(lineEnd(text, offset), inserted);
  }

  private String separator(Flow layout) {
    return layout.inline() ? " " : style.lineBreak() + layout.indent();
  }

  /** On lines of their own if the first member is, with its indentation. */
  private Flow layout(YamlValue collection, YamlValue first) {
    int line = lineStart(text, first.span().from());
    String before = text.substring(line, first.span().from());
    int outer = lineStart(text, collection.span().start());
    if (line == outer || !before.isBlank()) {
      return Flow.INLINE;
    }
    return new Flow(before, indentation(outer).orElse(""));
  }

  private Optional<String> indentation(int lineStart) {
    String line = text.substring(lineStart, lineEnd(text, lineStart));
    String indentation = line.substring(0, line.length() - line.stripLeading().length());
    return Optional.of(indentation);
  }
}
