package io.webidentity.manifest;

import io.webidentity.manifest.YamlValue.Entry;
import io.webidentity.manifest.YamlValue.Scalar;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Composes the values of one document from SnakeYAML's events. Its own composer loses what is
 * needed here: where aliases stand.
 */
final class YamlComposer {
  /** As deep as the server reads JSON; Kubernetes objects are nested a few tens of levels. */
  private static final int DEEPEST = 512;

  private final String text;
  private final Iterator<Event> events;
  private final Map<String, YamlValue> anchors = new HashMap<>();
  private final ScalarTypes resolver = new ScalarTypes();
  private final int[] offsets;
  private int depth;

  private YamlComposer(String text) {
    this.text = text;
    this.events = events(text).iterator();
    this.offsets = offsets(text);
  }

  /**
   * The value of the one document of this text; none if there is no document.
   *
   * @throws NotYamlException if the text cannot be understood
   */
  static Optional<YamlValue> compose(String text) throws NotYamlException {
    return new YamlComposer(text).document();
  }

  /** The events of a text, in which JSON may have tabs between its tokens. */
  static Iterable<Event> events(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE); // The user's own file: as long as it fits.
    options.setNestingDepthLimit(DEEPEST);
    String begin = text.stripLeading();
    boolean json = begin.startsWith("{") || begin.startsWith("[");
    // YAML refuses tabs there; one within a string of JSON is always escaped, so none is lost.
    return new Yaml(options).parse(new StringReader(json ? text.replace('\t', ' ') : text));
  }

  private Optional<YamlValue> document() throws NotYamlException {
    while (events.hasNext()) {
      if (events.next() instanceof DocumentStartEvent) {
        return Optional.of(value(events.next()));
      }
    }
    return Optional.empty();
  }

  private YamlValue value(Event event) throws NotYamlException {
    if (event instanceof AliasEvent alias) {
      YamlValue target = anchors.get(alias.getAnchor());
      if (target == null) {
        throw wrong(event, "the alias *%s has no anchor before it".formatted(alias.getAnchor()));
      }
      int start = offset(alias.getStartMark());
      return new YamlValue.Alias(span(alias, start, offset(alias.getEndMark())), target);
    }
    depth++;
    if (depth > DEEPEST) {
      throw wrong(event, "nested too deeply");
    }
    YamlValue value =
        switch (event) {
          case ScalarEvent scalar -> scalar(scalar);
          case MappingStartEvent mapping -> mapping(mapping);
          case CollectionStartEvent sequence -> sequence(sequence);
          default -> throw new IllegalStateException("unexpected event " + event);
        };
    depth--;
    String anchor = ((NodeEvent) event).getAnchor();
    if (anchor != null) {
      anchors.put(anchor, value);
    }
    return value;
  }

  private Scalar scalar(ScalarEvent event) {
    boolean typed = event.getTag() != null && !event.getTag().equals("!");
    Tag tag =
        typed
            ? new Tag(event.getTag())
            : resolver.resolve(
                NodeId.scalar, event.getValue(), event.getImplicit().canOmitTagInPlainScalar());
    int end = offset(event.getEndMark());
    int start = offset(event.getStartMark());
    if (event.isLiteral() || event.isFolded()) {
      end = endOfBlock(start, end);
    } else if (event.getScalarStyle() == ScalarStyle.PLAIN
        && (event.getAnchor() != null || typed)) {
      start = Math.max(start, end - event.getValue().length());
    }
    return new Scalar(span(event, start, end), event.getValue(), tag);
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

  private YamlValue sequence(CollectionStartEvent event) throws NotYamlException {
    List<YamlValue> items = new ArrayList<>();
    Event next = events.next();
    while (!next.is(Event.ID.SequenceEnd)) {
      items.add(value(next));
      next = events.next();
    }
    int start = startOf(event);
    int end = event.isFlow() ? offset(next.getEndMark()) : items.getLast().span().end();
    return new YamlValue.Sequence(span(event, start, end), event.isFlow(), items);
  }

  private YamlValue mapping(MappingStartEvent event) throws NotYamlException {
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Event next = events.next();
    while (!next.is(Event.ID.MappingEnd)) {
      if (!(value(next) instanceof Scalar key)) {
        throw wrong(next, "a key has to be a text");
      }
      Entry entry = new Entry(key, value(events.next()));
      if (!entry.isMerge() && !names.add(key.value())) {
        throw wrong(next, "%s is there twice; remove one of them".formatted(key.value()));
      }
      entries.add(entry);
      next = events.next();
    }
    int start = startOf(event);
    int end = event.isFlow() ? offset(next.getEndMark()) : entries.getLast().value().span().end();
    return new YamlValue.Mapping(span(event, start, end), event.isFlow(), entries);
  }

  /** Where a collection's first dash, key or bracket is, behind its anchor and tag. */
  private int startOf(CollectionStartEvent event) {
    int end = offset(event.getEndMark());
    // The mark is behind a bracket, and behind the dash of a sequence that is not indented.
    boolean dash =
        event instanceof SequenceStartEvent
            && end > offset(event.getStartMark())
            && text.charAt(end - 1) == '-';
    return event.isFlow() || dash ? end - 1 : end;
  }

  private Span span(Event event, int start, int end) {
    // A block collection's first token is where its event ends, a dash just before.
    boolean behind = event instanceof CollectionStartEvent;
    Mark mark = behind ? event.getEndMark() : event.getStartMark();
    int column = mark.getColumn() - (behind ? offset(mark) - start : 0);
    Mark from = event.getStartMark();
    return new Span(offset(from), start, Math.max(start, end), from.getLine(), column);
  }

  /** SnakeYAML counts code points. */
  private int offset(Mark mark) {
    return offsets.length == 0 ? mark.getIndex() : offsets[mark.getIndex()];
  }

  /** Where each code point of a text is; empty where all are of one character. */
  private static int[] offsets(String text) {
    int count = text.codePointCount(0, text.length());
    if (count == text.length()) {
      return new int[0];
    }
    int[] offsets = new int[count + 1];
    for (int i = 0; i < count; i++) {
      offsets[i + 1] = offsets[i] + Character.charCount(text.codePointAt(offsets[i]));
    }
    return offsets;
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

  private static NotYamlException wrong(Event event, String problem) {
    return new NotYamlException(event.getStartMark().getLine(), problem);
  }

  /** The text cannot be understood. */
  static final class NotYamlException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;

    NotYamlException(int line, @Nullable String problem) {
      super(problem);
      this.line = line;
    }

    /** Line of the problem, from 0. */
    int line() {
      return line;
    }
  }
}
