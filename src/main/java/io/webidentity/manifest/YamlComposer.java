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
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
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

  private final Iterator<Event> events;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private final ScalarTypes resolver = new ScalarTypes();
  private final YamlSpans spans;
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
    YamlText readable = YamlText.of(text);
    this.spans = new YamlSpans(text, readable);
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
          int from = spans.offset(start.getStartMark());
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
    return new YamlValue.Alias(spans.alias(event), target.value());
  }

  private static NotYamlException tooDeep(Event event) {
    return wrong(event, "nested too deeply");
  }

  private Scalar scalar(ScalarEvent event) throws NotYamlException {
    String text = event.getValue();
    boolean typed = event.getTag() != null && !event.getTag().equals("!");
    Tag tag =
        typed
            ? new Tag(event.getTag())
            : resolver.resolve(NodeId.scalar, text, event.getImplicit().canOmitTagInPlainScalar());
    Span span = spans.scalar(event);
    return new Scalar(span, text, tag, YamlData.scalar(span, tag, text));
  }

  private YamlValue sequence(CollectionStartEvent event) throws NotYamlException {
    List<YamlValue> items = new ArrayList<>();
    Event next = events.next();
    while (!next.is(Event.ID.SequenceEnd)) {
      items.add(value(next));
      next = events.next();
    }
    int last = items.isEmpty() ? 0 : items.getLast().span().end();
    Span span = spans.collection(event, next, last);
    return new YamlValue.Sequence(span, event.isFlow(), items, YamlData.array(items));
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
    int last = entries.isEmpty() ? 0 : entries.getLast().value().span().end();
    Span span = spans.collection(event, next, last);
    return new YamlValue.Mapping(span, event.isFlow(), entries, YamlData.object(entries));
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
