package io.webidentity.admission;

import io.webidentity.injection.MemoryExceededException.Bound;

/**
 * A review that takes more memory than there is for it; the message is one sentence that says what
 * is too large.
 */
public final class OversizedReviewException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Bound bound;

  /** The bound given was exceeded. */
  OversizedReviewException(Bound bound, String message, Throwable cause) {
    super(message, cause);
    this.bound = bound;
  }

  /** Whether it is too large at any time, or only beside what else is under way. */
  Bound bound() {
    return bound;
  }
}
