package io.webidentity.http;

/** Why the webhook closed a connection before its client did. */
public enum CloseReason {
  /** The TLS handshake took too long. */
  HANDSHAKE_TIMEOUT("handshake_timeout"),
  /** The head of a request took too long. */
  HEAD_TIMEOUT("head_timeout"),
  /** The body of a request took too long. */
  BODY_TIMEOUT("body_timeout"),
  /** The request was one that RFC 9112 forbids, or a part of HTTP that the webhook lacks. */
  BAD_REQUEST("bad_request"),
  /** A new connection needed the place; no complete request was under way. */
  EVICTED("evicted"),
  /** There was no place for a new connection. */
  REFUSED("refused");

  private final String code;

  CloseReason(String code) {
    this.code = code;
  }

  /** Stable name, the value of the metric's label. */
  public String code() {
    return code;
  }
}
