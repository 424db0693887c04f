package io.webidentity.http;

/** What a client is doing on its connection. */
enum Phase {
  /** The TLS handshake. */
  HANDSHAKE,
  /** Nothing: no byte of a request has come since the last one was answered. */
  IDLE,
  /** It sends the head of a request. */
  HEAD,
  /** It sends the body of a request. */
  BODY,
  /** It waits for the answer to a complete request: nobody hurries or closes that. */
  WAITING,
  /** It has its last answer, and is to close. */
  LEAVING
}
