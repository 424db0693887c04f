package io.webidentity.shadow;

/**
 * The other webhook gave no answer that an API server could use. The message goes on where "the
 * other webhook" stands, and is the same for all failures of a kind.
 */
final class UnusableAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  UnusableAnswerException(String message) {
    super(message);
  }

  UnusableAnswerException(String message, Throwable cause) {
    super(message, cause);
  }
}
