package io.webidentity.manifest;

import java.io.Serial;

/** A text that is no manifest. */
public final class ManifestException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final int document;
  private final int line;

  /**
   * An exception whose message says what is wrong and what to do, without the place.
   *
   * @param document number of the document within the text, from 1
   * @param line number of the line within the text, from 1
   */
  ManifestException(int document, int line, String problem) {
    super(problem);
    this.document = document;
    this.line = line;
  }

  /** What is wrong and where in the text, such as "document 2, line 7: ...". */
  public String sentence() {
    return "document %d, line %d: %s".formatted(document, line, getMessage());
  }
}
