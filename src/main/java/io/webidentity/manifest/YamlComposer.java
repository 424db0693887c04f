package io.webidentity.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.webidentity.manifest.YamlValue.Entry;
import io.webidentity.manifest.YamlValue.Scalar;
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
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
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
 * Composes the values of each document of a text from SnakeYAML's events. Its own composer loses
 * what is needed here: where aliases stand.
 */
final class YamlComposer {
  /** As deep as the server reads JSON; Kubernetes objects are nested a few tens of levels. */
  private static final int DEEPEST = 512;

  /** Aliases of aliases can mean more than any machine holds; no object comes near to this. */
  private static final int MOST_ALIASED = 1_000_000;

  private final String text;
  private final Iterator<Event> events;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private final ScalarTypes resolver = new ScalarTypes();
  private final YamlText readable;
  private int depth;

  /** The deepest that values were nested, of late. */
  private int deepest;

  /** How many values the document has, and how many of them aliases stand for. */
  private int values;

  private int aliased;

  /**
   * What has an anchor.
   *
   * @param size how many values it is, itself included
   * @param height how many levels are nested in it
   */
  private record Anchored(YamlValue value, int size, int height) {}

  /** Composes the documents of this text. */
  YamlComposer(String text) {
    this.text = text;
    this.readable = YamlText.of(text);
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE); // The user's own file: as long as it fits.
    options.setNestingDepthLimit(DEEPEST);
    this.events = new Yaml(options).parse(readable.reader()).iterator();
  }

  /**
   * A document of the text.
   *
   * @param from offset where it begins
   * @param root what it holds; none if the text has only comments
   */
  record Part(int from, Optional<YamlValue> root) {
    static final Part COMMENTS = new Part(0, Optional.empty());

    /** What it means; missing if the text has only comments. */
    JsonNode data() {
      return root.map(YamlValue::data).orElse(MissingNode.getInstance());
    }
  }

  /**
   * The next document; none if there are no more.
   *
   * @throws NotYamlException if the text cannot be understood
   */
  Optional<Part> next() throws NotYamlException {
    try {
      while (events.hasNext()) {
        if (events.next() instanceof DocumentStartEvent start) {
          anchors.clear();
          aliased = 0;
          int from = offset(start.getStartMark());
          return Optional.of(new Part(from, Optional.of(value(events.next()))));
        }
      }
      return Optional.empty();
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine();
      throw neither(line, e.getProblem());
    } catch (YAMLException e) {
      throw neither(0, e.getMessage());
    }
  }

  /** Without the parser's exception, which quotes the text: Secrets may be in it. */
  private static NotYamlException neither(int line, @Nullable String problem) {
    String first = problem == null ? "" : problem.lines().findFirst().orElse("").strip();
    return new NotYamlException(
        line, "this is neither YAML nor JSON (%s); correct it".formatted(first));
  }

  private YamlValue value(Event event) throws NotYamlException {
    if (event instanceof AliasEvent alias) {
      return alias(alias);
    }
    int before = values++;
    int deepestBefore = deepest;
    deepest = ++depth;
    if (depth > DEEPEST) {
      throw tooDeep(event);
    }
    YamlValue value =
        switch (event) {
          case ScalarEvent scalar -> scalar(scalar);
          case MappingStartEvent mapping -> mapping(mapping);
          case CollectionStartEvent sequence -> sequence(sequence);
          default -> throw new IllegalStateException("unexpected event " + event);
        };
    String anchor = ((NodeEvent) event).getAnchor();
    if (anchor != null) {
      anchors.put(anchor, new Anchored(value, values - before, deepest - depth));
    }
    depth--;
    deepest = Math.max(deepest, deepestBefore);
    return value;
  }

  private YamlValue alias(AliasEvent event) throws NotYamlException {
    Anchored target = anchors.get(event.getAnchor());
    if (target == null) {
      throw wrong(event, "the alias *%s has no anchor before it".formatted(event.getAnchor()));
    }
    values += target.size();
    aliased += target.size();
    deepest = Math.max(deepest, depth + 1 + target.height());
    if (aliased > MOST_ALIASED) {
      throw wrong(event, "the aliases stand for too many values");
    }
    if (deepest > DEEPEST) {
      throw tooDeep(event);
    }
    int start = offset(event.getStartMark());
    return new YamlValue.Alias(span(event, start, offset(event.getEndMark())), target.value());
  }

  private static NotYamlException tooDeep(Event event) {
    return wrong(event, "nested too deeply");
  }

  private Scalar scalar(ScalarEvent event) throws NotYamlException {
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
    Span span = span(event, start, end);
    return new Scalar(span, event.getValue(), tag, YamlData.scalar(span, tag, event.getValue()));
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
    return new YamlValue.Sequence(
        span(event, start, end), event.isFlow(), items, YamlData.array(items));
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
    return new YamlValue.Mapping(
        span(event, start, end), event.isFlow(), entries, YamlData.object(entries));
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

  private int offset(Mark mark) {
    return readable.offset(mark.getIndex());
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

    NotYamlException(int line, String problem) {
      super(problem);
      this.line = line;
    }

    /** Line of the problem, from 0. */
    int line() {
      return line;
    }
  }
}
