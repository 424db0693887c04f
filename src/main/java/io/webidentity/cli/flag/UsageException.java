package io.webidentity.cli.flag;

import java.io.Serial;

/**
 * The program was called wrongly, or cannot read what it was given: exit code 2. The message is one
 * sentence that names the flag, variable or file and says what to do.
 */
public final class UsageException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  public UsageException(String sentence) {
    super(sentence);
  }

  /** The one sentence for standard error. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
