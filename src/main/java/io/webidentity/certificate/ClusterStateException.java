package io.webidentity.certificate;

import io.webidentity.watch.UnusableContentException;

/** What the replicas share in the cluster could not be read or written; worth another attempt. */
final class ClusterStateException extends UnusableContentException {
  private static final long serialVersionUID = 1;

  /**
   * @param message one sentence: what, where, what to do
   */
  ClusterStateException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * @param message one sentence: what, where, what to do
   */
  ClusterStateException(String message) {
    super(message);
  }
}
