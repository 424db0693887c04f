package io.webidentity.testing.cluster;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** There is no cluster to test against; the message says what to do about it. */
public final class ClusterUnavailableException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** What is wrong, and what to do. */
  public ClusterUnavailableException(String message) {
    super(message);
  }

  /** What is wrong, what to do, and why. */
  public ClusterUnavailableException(String message, @Nullable Throwable cause) {
    super(cause == null ? message : message + ": " + cause.getMessage(), cause);
  }
}
