package io.webidentity.manifest;

import static io.webidentity.manifest.YamlSpans.lineEnd;
import static io.webidentity.manifest.YamlSpans.lineStart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.manifest.YamlValue.Mapping;
import io.webidentity.manifest.YamlValue.Sequence;
import io.webidentity.manifest.YamlWriter.Flow;
import java.util.ArrayList;
import java.util.List;

/** Collects edits of a text: knows where and how data is written so that it looks like the rest. */
final class YamlEdits {
  private final String text;
  private final YamlStyle style;
  private final YamlWriter writer;
  private final List<TextEdit> edits = new ArrayList<>();

  YamlEdits(String text, YamlStyle style) {
    this.text = text;
    this.style = style;
    this.writer = new YamlWriter(style);
  }

  /** The text cannot be edited so: it has to be written again. */
  static final class NotEditableException extends Exception {
    private static final long serialVersionUID = 1L;

    NotEditableException(String reason) {
      super(reason);
    }
  }

  /** Where a value stands, which decides how another one takes its place. */
  sealed interface Slot {
    /** The value of a key of a block mapping, whose keys stand at this column. */
    record BlockMember(int column) implements Slot {}

    /** An item of a block sequence. */
    record BlockItem() implements Slot {}

    /** In a flow collection of this layout. */
    record InFlow(Flow layout) implements Slot {}
  }

  /** The edits, those at the same place in the order in which they apply. */
  List<TextEdit> list() {
    return List.copyOf(edits);
  }

  /** Where the values of a mapping stand, which has some. */
  Slot slot(Mapping mapping) {
    return mapping.flow()
        ? new Slot.InFlow(layout(mapping, mapping.entries().getFirst().key()))
        : new Slot.BlockMember(mapping.span().column());
  }

  /** Where the items of a sequence stand, which has some. */
  Slot slot(Sequence sequence) {
    return sequence.flow()
        ? new Slot.InFlow(layout(sequence, sequence.items().getFirst()))
        : new Slot.BlockItem();
  }

  /** Adds members at the end of a mapping that has some. */
  void add(Mapping mapping, ObjectNode added) {
    if (added.isEmpty()) {
      return;
    }
    int end = mapping.entries().getLast().value().span().end();
    switch (slot(mapping)) {
      case Slot.InFlow(Flow layout) ->
          added
              .properties()
              .forEach(
                  field -> insert(end, "," + separator(layout) + writer.flowMember(field, layout)));
      case Slot.BlockMember(int column) -> insertLines(end, writer.block(added, column));
      case Slot.BlockItem _ -> throw new IllegalStateException("a mapping has members");
    }
  }

  /** Adds items at the end of a sequence that has some. */
  void append(Sequence sequence, ArrayNode added) {
    int end = sequence.items().getLast().span().end();
    if (slot(sequence) instanceof Slot.InFlow(Flow layout)) {
      added.forEach(
          item -> insert(end, "," + separator(layout) + writer.flow(item, layout.inner())));
    } else {
      insertLines(end, writer.block(added, sequence.span().column()));
    }
  }

  /**
   * Adds items before the first one, and before the comments above that, which belong to it.
   *
   * @throws NotEditableException if there is no line that they could follow
   */
  void addFirst(Sequence sequence, ArrayNode added) throws NotEditableException {
    int start = sequence.items().getFirst().span().from();
    if (slot(sequence) instanceof Slot.InFlow(Flow layout)) {
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

  /** Puts data instead of a value that stands there. */
  void replace(YamlValue value, JsonNode after, Slot slot) {
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
    if (first.span().line() == collection.span().line()) {
      return Flow.INLINE; // Lines may be long: all of a JSON text is often one.
    }
    int line = lineStart(text, first.span().from());
    String before = text.substring(line, first.span().from());
    int outer = lineStart(text, collection.span().start());
    if (line == outer || !before.isBlank()) {
      return Flow.INLINE;
    }
    return new Flow(before, indentation(outer));
  }

  private String indentation(int lineStart) {
    String line = text.substring(lineStart, lineEnd(text, lineStart));
    return line.substring(0, line.length() - line.stripLeading().length());
  }
}
