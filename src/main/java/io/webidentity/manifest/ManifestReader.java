package io.webidentity.manifest;

import io.webidentity.watch.UnusableContentException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * Reads the documents of a text one after the other. It holds only a part of the text, which is a
 * document but for rare cases: the text is cut before a line that begins with three dashes, unless
 * directives precede it, and between documents of JSON, as jq writes them.
 *
 * @see <a href="https://yaml.org/spec/1.1/#id898031">YAML 1.1, document boundaries</a>
 */
public final class ManifestReader {
  private final String source;
  private final BufferedReader in;
  private final Queue<ManifestDocument> waiting = new ArrayDeque<>();
  private int documents;
  private int lines;

  /** The line that ended the last part, as another part begins with it. */
  private String ahead = "";

  /**
   * Reads this text.
   *
   * @param source what to call it in errors
   */
  public ManifestReader(String source, Reader in) {
    this.source = source;
    this.in = new BufferedReader(in);
  }

  /**
   * All documents of a text that is in memory; there is at least one.
   *
   * @throws UnusableContentException naming source, document and line of what is neither YAML nor
   *     JSON
   */
  public static List<ManifestDocument> all(ManifestText text) throws UnusableContentException {
    ManifestReader reader = new ManifestReader(text.source(), new StringReader(text.text()));
    List<ManifestDocument> all = new ArrayList<>();
    for (var next = reader.next(); next.isPresent(); next = reader.next()) {
      all.add(next.get());
    }
    return all;
  }

  /**
   * The next document; none if there are no more. Together, the documents are the text. There is at
   * least one.
   *
   * @throws UnusableContentException naming source, document and line of what is neither YAML nor
   *     JSON, or what cannot be read
   */
  public Optional<ManifestDocument> next() throws UnusableContentException {
    if (waiting.isEmpty()) {
      String part = part();
      if (part.isEmpty() && documents > 0) {
        return Optional.empty();
      }
      waiting.addAll(ManifestDocument.split(new ManifestText(source, part, documents, lines)));
      documents += waiting.size();
      lines += lineBreaks(part);
    }
    return Optional.of(waiting.remove());
  }

  private String part() throws UnusableContentException {
    try {
      return readPart();
    } catch (CharacterCodingException e) {
      throw ManifestText.notUtf8(source, e);
    } catch (IOException e) {
      throw ManifestText.unreadable(source, e);
    }
  }

  private String readPart() throws IOException {
    StringBuilder part = new StringBuilder();
    boolean begun = false;
    boolean directive = false;
    boolean closed = false;
    String line = ahead.isEmpty() ? line() : ahead;
    for (ahead = ""; !line.isEmpty(); line = line()) {
      String content = part.isEmpty() ? line.replace("\uFEFF", "") : line;
      boolean json = closed && content.startsWith("{") && YamlText.isJson(part);
      if (begun && !directive && (isSeparator(content) || json)) {
        ahead = line;
        break;
      }
      part.append(line);
      String visible = content.strip();
      if (!visible.isEmpty() && !visible.startsWith("#")) {
        begun = true;
        directive = content.startsWith("%");
        closed = visible.endsWith("}");
      }
    }
    return part.toString();
  }

  private static boolean isSeparator(String line) {
    return line.startsWith("---") && (line.length() == 3 || Character.isWhitespace(line.charAt(3)));
  }

  /** The next line with its line break; empty at the end. */
  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    int next;
    do {
      next = in.read();
      if (next >= 0) {
        line.append((char) next);
      }
    } while (next >= 0 && next != '\n');
    return line.toString();
  }

  /** As many as SnakeYAML counts. */
  private static int lineBreaks(String text) {
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean alone = c == '\r' && !text.startsWith("\n", i + 1);
      if (c == '\n' || alone || c == '\u0085' || c == '\u2028' || c == '\u2029') {
        count++;
      }
    }
    return count;
  }
}
