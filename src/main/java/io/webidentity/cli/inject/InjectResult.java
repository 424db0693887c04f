package io.webidentity.cli.inject;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.manifest.ManifestDocument;
import java.io.OutputStream;
import java.util.List;
import java.util.regex.Pattern;

/** What {@code inject} prints on standard output, kept until all is decided. */
final class InjectResult {
  /** What is printed. */
  enum Format {
    MANIFESTS,
    DIFF,
    JSON
  }

  /** A separator of documents, perhaps with something behind it. */
  private static final Pattern SEPARATOR = Pattern.compile("---(?:\\s.*)?");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Format format;
  private final Spool text = new Spool();
  private boolean endsLine;
  private int lineBefore;
  private int lineAfter;

  InjectResult(Format format) {
    this.format = format;
  }

  /**
   * Adds the next document.
   *
   * @param after its text, injected
   * @param injected titles of its objects that were injected
   */
  void add(ManifestDocument document, String after, List<String> injected) throws UsageException {
    switch (format) {
      case MANIFESTS -> manifest(document, after);
      case DIFF -> diff(document, after, injected);
      case JSON -> {
        // Of documents, nothing is printed; of pods, see below.
      }
    }
  }

  /** Adds a pod of the next document. */
  void add(ManifestDocument document, DecisionReport pod) throws UsageException {
    if (format == Format.JSON) {
      ObjectNode json = JSON.createObjectNode();
      json.put("file", document.source()).put("document", document.number());
      json.setAll(pod.json());
      text.write((text.isEmpty() ? "[ " : ", ") + json.toPrettyString());
    }
  }

  /** Whether nothing was added that is printed. */
  boolean isEmpty() {
    return text.isEmpty();
  }

  /** Prints it. */
  void writeTo(OutputStream out) throws UsageException {
    if (format == Format.JSON) {
      text.write(text.isEmpty() ? "[ ]\n" : " ]\n");
    }
    text.writeTo(out);
  }

  private void manifest(ManifestDocument document, String after) throws UsageException {
    if (document.number() == 1 && !text.isEmpty()) {
      if (!endsLine) {
        text.write("\n");
      }
      if (!beginsWithSeparator(document.text())) {
        text.write("---\n");
      }
    }
    text.write(after);
    endsLine = after.endsWith("\n") || (endsLine && after.isEmpty());
  }

  /** Comments and blank lines, then a separator: such a text can follow another one. */
  private static boolean beginsWithSeparator(String text) {
    return text.replaceFirst("^\\uFEFF", "")
        .lines()
        .filter(line -> !line.isBlank() && !line.strip().startsWith("#"))
        .findFirst()
        .filter(line -> SEPARATOR.matcher(line).matches())
        .isPresent();
  }

  private void diff(ManifestDocument document, String after, List<String> injected)
      throws UsageException {
    if (document.number() == 1) {
      lineBefore = 0;
      lineAfter = 0;
    }
    List<String> linesBefore = document.text().lines().toList();
    List<String> linesAfter = after.lines().toList();
    if (!injected.isEmpty()) {
      String title = document.source() + ": " + String.join(", ", injected);
      for (String line :
          UnifiedDiffUtils.generateUnifiedDiff(
              title,
              title + ", injected",
              linesBefore,
              DiffUtils.diff(linesBefore, linesAfter),
              3)) {
        text.write(Hunk.shifted(line, lineBefore, lineAfter) + '\n');
      }
    }
    lineBefore += linesBefore.size();
    lineAfter += linesAfter.size();
  }
}
