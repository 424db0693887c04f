package io.webidentity.manifest;

import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;

/** Finds where values stand in a text: SnakeYAML's marks lie now before, now behind them. */
final class YamlSpans {
  private final String text;
  private final YamlText readable;

  YamlSpans(String text, YamlText readable) {
    this.text = text;
    this.readable = readable;
  }

  /** Where a scalar stands. */
  Span scalar(ScalarEvent event) {
    int end = offset(event.getEndMark());
    int start = offset(event.getStartMark());
    boolean prefixed = event.getAnchor() != null || event.getTag() != null;
    if (event.isLiteral() || event.isFolded()) {
      end = endOfBlock(start, end);
    } else if (event.getScalarStyle() == ScalarStyle.PLAIN && prefixed) {
      start = Math.max(start, end - event.getValue().length());
    }
    return span(event, start, end, event.getStartMark().getColumn());
  }

  /** Where an alias stands. */
  Span alias(Event event) {
    int start = offset(event.getStartMark());
    return span(event, start, offset(event.getEndMark()), event.getStartMark().getColumn());
  }

  /**
   * Where a collection stands, whose first dash, key or bracket is behind its anchor and tag.
   *
   * @param last the end of its last value; of a flow collection that of its bracket counts
   */
  Span collection(CollectionStartEvent event, Event end, int last) {
    int mark = offset(event.getEndMark());
    // The mark is behind a bracket, and behind the dash of a sequence that is not indented.
    boolean dash =
        event instanceof SequenceStartEvent
            && mark > offset(event.getStartMark())
            && text.charAt(mark - 1) == '-';
    int behind = event.isFlow() || dash ? 1 : 0;
    int column = event.getEndMark().getColumn() - behind;
    return span(event, mark - behind, event.isFlow() ? offset(end.getEndMark()) : last, column);
  }

  private Span span(Event event, int start, int end, int column) {
    Mark from = event.getStartMark();
    return new Span(offset(from), start, Math.max(start, end), from.getLine(), column);
  }

  /** The offset in the text of a mark, which counts the code points of what was read. */
  int offset(Mark mark) {
    return readable.offset(mark.getIndex());
  }

  /**
   * Where a block scalar ends: SnakeYAML's mark is behind the blank lines and the indentation that
   * follow. Blank lines belong to it only where its header keeps them.
   */
  private int endOfBlock(int start, int mark) {
    int end = mark;
    while (end > start && text.charAt(end - 1) == ' ') {
      end--;
    }
    String header = text.substring(start, lineEnd(text, start));
    boolean keeps = header.split("#", 2)[0].contains("+");
    int last = end;
    while (last > start && Character.isWhitespace(text.charAt(last - 1))) {
      last--;
    }
    if (!keeps) {
      return last;
    }
    boolean crlf = text.startsWith("\r\n", end - 2);
    return Math.max(last, end - (crlf ? 2 : 1));
  }

  /** Offset of the first character of the line of this offset. */
  static int lineStart(String text, int offset) {
    int start = offset;
    while (start > 0 && text.charAt(start - 1) != '\n' && text.charAt(start - 1) != '\r') {
      start--;
    }
    return start;
  }

  /** Offset of the line break that ends the line of this offset, or of the text's end. */
  static int lineEnd(String text, int offset) {
    int end = offset;
    while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
      end++;
    }
    return end;
  }
}
