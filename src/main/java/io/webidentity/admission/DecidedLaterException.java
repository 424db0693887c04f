package io.webidentity.admission;

/** A review takes more than a decision may that an event loop waits for; nothing was recorded. */
final class DecidedLaterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DecidedLaterException(OversizedReviewException cause) {
    super(cause.getMessage(), cause);
  }
}
