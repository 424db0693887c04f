package io.webidentity.kubernetes;

import io.webidentity.injection.Reason;

/** There was no usable answer about one object. */
public final class ObjectReadException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Whether to ask again may help. */
  public enum Retry {
    SENSIBLE,
    POINTLESS
  }

  private final Retry retry;
  private final Reason reason;
  private final String sentence;

  /**
   * With what to answer.
   *
   * @param message one sentence, without secrets
   */
  public ObjectReadException(Reason reason, String message, Retry retry, Throwable cause) {
    super(message, cause);
    this.retry = retry;
    this.reason = reason;
    this.sentence = message;
  }

  /** Without a cause: the message says it all. */
  public ObjectReadException(Reason reason, String message, Retry retry) {
    super(message);
    this.retry = retry;
    this.reason = reason;
    this.sentence = message;
  }

  Retry retry() {
    return retry;
  }

  public <P> ObjectLookup.Failed<P> failure() {
    return new ObjectLookup.Failed<>(reason, sentence);
  }
}
