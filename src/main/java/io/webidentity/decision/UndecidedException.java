package io.webidentity.decision;

import java.io.Serial;

/** A pod cannot be decided on, as something is not among the input; the message says what. */
public final class UndecidedException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  UndecidedException(String message) {
    super(message);
  }
}
