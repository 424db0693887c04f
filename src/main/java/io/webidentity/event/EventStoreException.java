package io.webidentity.event;

/** Events cannot be read or written; the message is a sentence that says why. */
final class EventStoreException extends Exception {
  private static final long serialVersionUID = 1L;

  EventStoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
