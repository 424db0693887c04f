package io.webidentity.identity;

/** ServiceAccounts cannot be read as asked; the message is a sentence that says what to change. */
public final class AccountSourceException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Without a cause: the message says it all. */
  public AccountSourceException(String message) {
    super(message);
  }

  /** With the failure that was seen. */
  public AccountSourceException(String message, Throwable cause) {
    super(message, cause);
  }
}
