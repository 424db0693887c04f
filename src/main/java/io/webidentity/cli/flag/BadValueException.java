package io.webidentity.cli.flag;

import java.io.Serial;

/**
 * A value is not one a flag takes. The message goes on where flag and value were named, such as "is
 * not a port; give a whole number from 0 to 65535".
 */
public final class BadValueException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  public BadValueException(String complaint) {
    super(complaint);
  }

  /** What is wrong and what to do. */
  public String complaint() {
    return String.valueOf(getMessage());
  }
}
