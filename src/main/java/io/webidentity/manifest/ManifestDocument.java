package io.webidentity.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.manifest.YamlComposer.NotYamlException;
import io.webidentity.manifest.YamlComposer.Part;
import io.webidentity.manifest.YamlEdits.NotEditableException;
import io.webidentity.manifest.YamlValue.Alias;
import io.webidentity.manifest.YamlValue.Mapping;
import io.webidentity.manifest.YamlValue.Scalar;
import io.webidentity.manifest.YamlValue.Sequence;
import io.webidentity.watch.UnusableContentException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One document of a text, with the comments and separators before it. */
public final class ManifestDocument {
  private final ManifestText manifest;
  private final int number;
  private final int from;
  private final int to;
  private final Optional<YamlValue> root;
  private final JsonNode data;

  private ManifestDocument(ManifestText manifest, int number, int from, int to, Part part) {
    this.manifest = manifest;
    this.number = number;
    this.from = from;
    this.to = to;
    this.root = part.root();
    this.data = part.data();
  }

  /**
   * The documents of a text, or of a part of one; together, they are the text. There is at least
   * one.
   *
   * @throws UnusableContentException naming source, document and line of what is neither YAML nor
   *     JSON
   */
  static List<ManifestDocument> split(ManifestText manifest) throws UnusableContentException {
    List<Part> parts = parts(manifest);
    List<ManifestDocument> documents = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < parts.size(); i++) {
      boolean last = i + 1 == parts.size();
      int to = last ? manifest.text().length() : parts.get(i + 1).from();
      int number = manifest.documentsBefore() + i + 1;
      documents.add(new ManifestDocument(manifest, number, from, to, parts.get(i)));
      from = to;
    }
    return documents;
  }

  private static List<Part> parts(ManifestText manifest) throws UnusableContentException {
    List<Part> parts = new ArrayList<>();
    try {
      YamlComposer composer = new YamlComposer(manifest.text());
      for (Optional<Part> next = composer.next(); next.isPresent(); next = composer.next()) {
        parts.add(next.get());
      }
    } catch (NotYamlException e) {
      throw new UnusableContentException(
          "%s: %s."
              .formatted(
                  place(manifest, manifest.documentsBefore() + parts.size() + 1, e.line()),
                  e.getMessage()));
    }
    return parts.isEmpty() ? List.of(Part.COMMENTS) : parts;
  }

  /** The document as it is written. */
  public String text() {
    return manifest.text().substring(from, to);
  }

  /** What to call the text that it is a document of. */
  public String source() {
    return manifest.source();
  }

  /** Its number within the text, from 1. */
  public int number() {
    return number;
  }

  /** What it means; missing if it has only comments, null if it says so. */
  public JsonNode data() {
    return data;
  }

  /** Whether it holds nothing: only comments, or null. */
  public boolean isEmpty() {
    return data.isMissingNode() || data.isNull();
  }

  /**
   * The Kubernetes objects of this document, those of lists one by one.
   *
   * @throws UnusableContentException if there is something else
   */
  public List<ManifestObject> objects() throws UnusableContentException {
    return ManifestObject.of(this);
  }

  /**
   * Where a value stands, such as {@code app.yaml, document 1, line 7}.
   *
   * @param path names of members and indices of items that lead to the value; as much of it as
   *     there is counts
   */
  public String place(List<String> path) {
    List<YamlValue> found = along(path);
    return place(manifest, number, found.isEmpty() ? 0 : found.getLast().span().line());
  }

  private static String place(ManifestText manifest, int number, int line) {
    return "%s, document %d, line %d"
        .formatted(manifest.source(), number, manifest.linesBefore() + line + 1);
  }

  /** A problem with the value at a path: what is wrong and what to do, without the place. */
  public UnusableContentException problem(List<String> path, String problem) {
    return new UnusableContentException("%s: %s.".formatted(place(path), problem));
  }

  /** The scalar at a path as it is written, unquoted; none for a collection or an alias. */
  public Optional<String> written(List<String> path) {
    List<YamlValue> found = along(path);
    return found.size() == path.size() + 1 && found.getLast() instanceof Scalar scalar
        ? Optional.of(scalar.value())
        : Optional.empty();
  }

  /** The root and the values that the steps of a path lead to, as far as there are any. */
  private List<YamlValue> along(List<String> path) {
    List<YamlValue> found = new ArrayList<>(root.stream().toList());
    for (String step : path) {
      if (found.isEmpty()) {
        break;
      }
      Optional<YamlValue> next = step(found.getLast(), step);
      if (next.isEmpty()) {
        break;
      }
      found.add(next.get());
    }
    return found;
  }

  private static Optional<YamlValue> step(YamlValue value, String step) {
    return switch (value) {
      case Alias _, Scalar _ -> Optional.empty();
      case Mapping mapping ->
          mapping.entries().stream()
              .filter(entry -> entry.key().value().equals(step))
              .map(YamlValue.Entry::value)
              .findFirst();
      case Sequence sequence -> {
        int index = step.matches("[0-9]{1,9}") ? Integer.parseInt(step) : Integer.MAX_VALUE;
        boolean there = index < sequence.items().size();
        yield there ? Optional.of(sequence.items().get(index)) : Optional.empty();
      }
    };
  }

  /**
   * The document changed.
   *
   * @param text the new text
   * @param rewritten whether it had to be written again, so that comments and style are lost
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
      return new Changed(text(), false);
    }
    YamlStyle style = YamlStyle.of(text(), value);
    try {
      List<TextEdit> edits = YamlEditor.edits(manifest.text(), style, value, after);
      String edited = TextEdit.apply(manifest.text(), from, to, edits);
      if (means(edited, after)) {
        return new Changed(edited, false);
      }
    } catch (NotEditableException _) {
      // Below, all of it is written again.
    }
    String anew = anew(style, value, after);
    if (!means(anew, after)) {
      throw new IllegalStateException("document " + number + " could not be written");
    }
    return new Changed(anew, true);
  }

  private String anew(YamlStyle style, YamlValue value, JsonNode after) {
    YamlWriter writer = new YamlWriter(style);
    String before = manifest.text().substring(from, value.span().from());
    String lineBreak = before.isBlank() || before.endsWith("\n") ? "" : style.lineBreak();
    String lines =
        style.json()
            ? writer.flow(after, new YamlWriter.Flow("  ", ""))
            : String.join(style.lineBreak(), writer.block(after, 0));
    return before + lineBreak + lines + manifest.text().substring(value.span().end(), to);
  }

  private static boolean means(String text, JsonNode data) {
    try {
      return new YamlComposer(text).next().orElse(Part.COMMENTS).data().equals(data);
    } catch (NotYamlException _) {
      return false;
    }
  }
}
