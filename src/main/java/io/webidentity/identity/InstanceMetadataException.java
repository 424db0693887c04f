package io.webidentity.identity;

/**
 * The instance metadata service did not tell the account; the message is a sentence that says why
 * and what to do.
 */
public final class InstanceMetadataException extends Exception {
  private static final long serialVersionUID = 1L;

  InstanceMetadataException(String message, Throwable cause) {
    super(message, cause);
  }
}
