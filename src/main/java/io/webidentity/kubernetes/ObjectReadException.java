package io.webidentity.kubernetes;

import io.webidentity.kubernetes.ObjectStatistics.LookupResult;

/** There was no usable answer about one object. */
public final class ObjectReadException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Whether to ask again may help. */
  public enum Retry {
    SENSIBLE,
    POINTLESS
  }

  private final Retry retry;
  private final LookupResult result;
  private final String sentence;

  /**
   * With what to answer.
   *
   * @param message one sentence, without secrets
   */
  public ObjectReadException(LookupResult result, String message, Retry retry, Throwable cause) {
    super(message, cause);
    this.retry = retry;
    this.result = result;
    this.sentence = message;
  }

  /** Without a cause: the message says it all. */
  public ObjectReadException(LookupResult result, String message, Retry retry) {
    super(message);
    this.retry = retry;
    this.result = result;
    this.sentence = message;
  }

  Retry retry() {
    return retry;
  }

  public <P> ObjectLookup.Failed<P> failure() {
    return new ObjectLookup.Failed<>(result, sentence);
  }
}
