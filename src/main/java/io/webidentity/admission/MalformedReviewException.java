package io.webidentity.admission;

/**
 * A body that is not an AdmissionReview we can answer; the message is one sentence that says what
 * is wrong and where.
 */
public final class MalformedReviewException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Without a cause: the message says it all. */
  public MalformedReviewException(String message) {
    super(message);
  }

  /** With what the parser threw. */
  public MalformedReviewException(String message, Throwable cause) {
    super(message, cause);
  }
}
