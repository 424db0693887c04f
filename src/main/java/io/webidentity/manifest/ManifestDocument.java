package io.webidentity.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.webidentity.manifest.YamlComposer.NotYamlException;
import io.webidentity.manifest.YamlEdits.NotEditableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;

/** One document of a text, with the comments and separators before it. */
public final class ManifestDocument {
  private final String text;
  private final int number;
  private final int firstLine;
  private final Optional<YamlValue> root;
  private final JsonNode data;

  private ManifestDocument(String text, int number, int firstLine) throws ManifestException {
    this.text = text;
    this.number = number;
    this.firstLine = firstLine;
    try {
      this.root = YamlComposer.compose(text);
      this.data = root.isEmpty() ? MissingNode.getInstance() : YamlData.of(root.get());
    } catch (NotYamlException e) {
      throw new ManifestException(number, firstLine + e.line() + 1, String.valueOf(e.getMessage()));
    }
  }

  /**
   * The documents of a text; together, they are the text.
   *
   * @throws ManifestException if the text is neither YAML nor JSON
   */
  public static List<ManifestDocument> split(String text) throws ManifestException {
    List<Integer> starts = starts(text);
    List<ManifestDocument> documents = new ArrayList<>();
    int line = 0;
    for (int i = 0; i < starts.size(); i++) {
      int from = starts.get(i);
      int to = i + 1 < starts.size() ? starts.get(i + 1) : text.length();
      String part = text.substring(from, to);
      documents.add(new ManifestDocument(part, i + 1, line));
      line += (int) part.chars().filter(c -> c == '\n').count();
    }
    return documents;
  }

  /** Offsets at which documents begin: the first at 0, so that nothing is lost. */
  private static List<Integer> starts(String text) throws ManifestException {
    List<Integer> starts = new ArrayList<>();
    int offset = 0;
    int codePoints = 0;
    try {
      for (Event event : YamlComposer.events(text)) {
        if (event instanceof DocumentStartEvent start) {
          int index = start.getStartMark().getIndex();
          offset = text.offsetByCodePoints(offset, index - codePoints);
          codePoints = index;
          starts.add(starts.isEmpty() ? 0 : offset);
        }
      }
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine();
      String problem = e.getProblem() == null ? "unknown" : e.getProblem().strip();
      throw new ManifestException(
          Math.max(1, starts.size()),
          line + 1,
          "this is neither YAML nor JSON (%s); correct it".formatted(problem));
    } catch (YAMLException e) {
      String problem = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new ManifestException(
          Math.max(1, starts.size()),
          1,
          "this is neither YAML nor JSON (%s); correct it".formatted(problem.strip()));
    }
    if (starts.isEmpty()) {
      starts.add(0);
    }
    return starts;
  }

  /** The document as it is written. */
  public String text() {
    return text;
  }

  /** Its number within the text, from 1. */
  public int number() {
    return number;
  }

  /** What it means; missing if it has only comments, null if it says so. */
  public JsonNode data() {
    return data;
  }

  /**
   * A problem with a value of this document.
   *
   * @param path names of members and indices of items that lead to the value; as much of it as
   *     there is counts
   */
  public ManifestException problem(List<String> path, String problem) {
    @Nullable YamlValue value = root.orElse(null);
    int line = value == null ? 0 : value.span().line();
    for (String step : path) {
      value = value == null ? null : step(value, step);
      line = value == null ? line : value.span().line();
    }
    return new ManifestException(number, firstLine + line + 1, problem);
  }

  private static @Nullable YamlValue step(YamlValue value, String step) {
    return switch (value) {
      case YamlValue.Alias _, YamlValue.Scalar _ -> null;
      case YamlValue.Mapping mapping ->
          mapping.entries().stream()
              .filter(entry -> entry.key().value().equals(step))
              .map(YamlValue.Entry::value)
              .findFirst()
              .orElse(null);
      case YamlValue.Sequence sequence -> {
        int index = step.matches("[0-9]{1,9}") ? Integer.parseInt(step) : Integer.MAX_VALUE;
        yield index < sequence.items().size() ? sequence.items().get(index) : null;
      }
    };
  }

  /**
   * The document changed.
   *
   * @param text the new text
   * @param rewritten whether it had to be written anew, so that comments and style are lost
   */
  public record Changed(String text, boolean rewritten) {}

  /**
   * The document with other data, which adds to its own: what is the same in both stays byte for
   * byte. The new text is read again, and counts only if it means the data.
   *
   * @throws IllegalStateException if no text could be made: a defect of this program
   */
  public Changed with(JsonNode after) {
    YamlValue value = root.orElseThrow(() -> new IllegalStateException("an empty document"));
    if (after.equals(data)) {
      return new Changed(text, false);
    }
    YamlStyle style = YamlStyle.of(text, value);
    try {
      String edited = TextEdit.apply(text, YamlEditor.edits(text, style, value, after));
      if (means(edited, after)) {
        return new Changed(edited, false);
      }
    } catch (NotEditableException | NotYamlException _) {
      // Below, all of it is written anew.
    }
    String anew = anew(style, value, after);
    if (!means(anew, after)) {
      throw new IllegalStateException("document " + number + " could not be written");
    }
    return new Changed(anew, true);
  }

  private String anew(YamlStyle style, YamlValue value, JsonNode after) {
    YamlWriter writer = new YamlWriter(style);
    String before = text.substring(0, value.span().from());
    String lineBreak = before.isBlank() || before.endsWith("\n") ? "" : style.lineBreak();
    String lines =
        style.json()
            ? writer.flow(after, new YamlWriter.Flow("  ", ""))
            : String.join(style.lineBreak(), writer.block(after, 0));
    return before + lineBreak + lines + text.substring(value.span().end());
  }

  private static boolean means(String text, JsonNode data) {
    try {
      Optional<YamlValue> value = YamlComposer.compose(text);
      return value.isPresent() && YamlData.of(value.get()).equals(data);
    } catch (NotYamlException | YAMLException _) {
      return false;
    }
  }
}
