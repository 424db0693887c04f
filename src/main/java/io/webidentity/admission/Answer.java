package io.webidentity.admission;

import io.webidentity.injection.Reason;
import io.webidentity.injection.VisibleText;

/** What is answered to a request. */
public sealed interface Answer {
  /** The HTTP status code. */
  int status();

  /**
   * An AdmissionReview, HTTP 200.
   *
   * @param body the answer's JSON
   */
  @SuppressWarnings("ArrayRecordComponent") // Written to the network as it is, never compared.
  record Reviewed(Reason reason, byte[] body) implements Answer {
    @Override
    public int status() {
      return 200;
    }
  }

  /**
   * No decision: an HTTP error, on which the API server applies its failurePolicy.
   *
   * @param message one sentence for whoever reads the API server's error; it may quote strangers
   */
  record Refused(Reason reason, Failure failure, String message) implements Answer {
    public Refused {
      message = VisibleText.of(message);
    }

    @Override
    public int status() {
      return failure.status();
    }
  }

  /**
   * Shadow mode: the pod is allowed as it is, whatever was decided about it.
   *
   * @param body the answer's JSON
   */
  @SuppressWarnings("ArrayRecordComponent") // Written to the network as it is, never compared.
  record Unchanged(byte[] body) implements Answer {
    /** Answers the review with this header. */
    public static Unchanged of(Review.Header header) {
      return new Unchanged(AnswerWriter.unchanged(header));
    }

    @Override
    public int status() {
      return 200;
    }
  }

  /** The HTTP errors of docs/contract.md, "Which requests". */
  enum Failure {
    /** The review cannot be read. */
    BAD_REQUEST(400),
    /** The caller may not ask. */
    FORBIDDEN(403),
    /** The body is too large. */
    CONTENT_TOO_LARGE(413),
    /** The Content-Type is not JSON. */
    UNSUPPORTED_MEDIA_TYPE(415),
    /** A bug of ours. */
    INTERNAL_ERROR(500),
    /**
     * The identity cannot be known at the moment; the API server tries again after {@code
     * Retry-After}.
     */
    UNAVAILABLE(503);

    private final int status;

    Failure(int status) {
      this.status = status;
    }

    /** The HTTP status code. */
    public int status() {
      return status;
    }
  }
}
