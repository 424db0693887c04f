package io.webidentity.watch;

/** What was looked at cannot be used; the message is one sentence that names it and what to do. */
public class UnusableContentException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With what is wrong. */
  public UnusableContentException(String message) {
    super(message);
  }

  /** With what is wrong, and how it was found. */
  public UnusableContentException(String message, Throwable cause) {
    super(message, cause);
  }
}
