package io.webidentity.certificate;

import io.webidentity.watch.UnusableContentException;

/**
 * A certificate or key that cannot be used; the message says which and why, and never contains key
 * material.
 */
public final class UnusableCertificateException extends UnusableContentException {
  private static final long serialVersionUID = 1L;

  public UnusableCertificateException(String message) {
    super(message);
  }

  public UnusableCertificateException(String message, Throwable cause) {
    super(message, cause);
  }
}
