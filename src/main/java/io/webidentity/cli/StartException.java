package io.webidentity.cli;

/** The server cannot start; the message is a sentence that says what to change. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With the failure that was seen. */
  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
