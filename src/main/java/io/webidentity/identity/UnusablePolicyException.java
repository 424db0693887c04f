package io.webidentity.identity;

import io.webidentity.watch.UnusableContentException;

/**
 * A role policy cannot be used; the message is a sentence that names file, line and field, and says
 * what to change.
 */
public final class UnusablePolicyException extends UnusableContentException {
  private static final long serialVersionUID = 1L;

  /** Without a cause: the message says it all, and a parser's own would quote the file. */
  public UnusablePolicyException(String message) {
    super(message);
  }
}
