package io.webidentity.testing.server;

import java.nio.charset.StandardCharsets;

/**
 * Requests that RFC 9112 forbids or lets a server refuse, each with the status that it has to give.
 * The server must answer each of them once, close the connection, and read nothing behind it as a
 * request.
 */
public enum HostileRequests {
  CL_TE(400, post("Content-Length: 6\r\nTransfer-Encoding: chunked", "0\r\n\r\nG")),
  TE_CL(400, post("Transfer-Encoding: chunked\r\nContent-Length: 3", "0\r\n\r\n")),
  TE_TE(400, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x", "0\r\n\r\n")),
  TE_TWICE(400, post("Transfer-Encoding: chunked, chunked", "0\r\n\r\n")),
  TE_TWO_FIELDS(400, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
  TE_UNKNOWN(400, post("Transfer-Encoding: xchunked", "0\r\n\r\n")),
  TE_UNKNOWN_TWO_FIELDS(
      501, post("Transfer-Encoding: x\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
  TE_IDENTITY(400, post("Transfer-Encoding: identity", "0\r\n\r\n")),
  TE_EMPTY(400, post("Transfer-Encoding:", "0\r\n\r\n")),
  TE_GZIP_CHUNKED(501, post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n")),
  TE_CHUNKED_GZIP(400, post("Transfer-Encoding: chunked, gzip", "0\r\n\r\n")),
  TE_QUOTED(400, post("Transfer-Encoding: \"chunked\"", "0\r\n\r\n")),
  TE_TAB_WITHIN(400, post("Transfer-Encoding: chun\tked", "0\r\n\r\n")),
  TE_VERTICAL_TAB(400, post("Transfer-Encoding:\u000bchunked", "0\r\n\r\n")),
  TE_SPACE_BEFORE_COLON(400, post("Transfer-Encoding : chunked", "0\r\n\r\n")),
  TE_HTTP_1_0(400, "POST /mutate HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
  CL_TWICE(400, post("Content-Length: 2\r\nContent-Length: 2", "{}")),
  CL_DIFFERENT(400, post("Content-Length: 2\r\nContent-Length: 3", "{}")),
  CL_PLUS(400, post("Content-Length: +2", "{}")),
  CL_NEGATIVE(400, post("Content-Length: -1", "{}")),
  CL_LIST(400, post("Content-Length: 2,2", "{}")),
  CL_HEXADECIMAL(400, post("Content-Length: 0x2", "{}")),
  CL_EMPTY(400, post("Content-Length:", "{}")),
  CL_SPACE_WITHIN(400, post("Content-Length: 1 2", "{}")),
  CL_HUGE(400, post("Content-Length: 99999999999999999999", "{}")),
  CL_FOLDED(400, post("Content-Length: 2\r\n 2", "{}")),
  CHUNK_SIZE_NO_NUMBER(400, chunked("zz\r\n{}\r\n0\r\n\r\n")),
  CHUNK_SIZE_SIGNED(400, chunked("+2\r\n{}\r\n0\r\n\r\n")),
  CHUNK_SIZE_PREFIXED(400, chunked("0x2\r\n{}\r\n0\r\n\r\n")),
  CHUNK_SIZE_HUGE(400, chunked("FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n")),
  CHUNK_SIZE_EMPTY(400, chunked("\r\n{}\r\n0\r\n\r\n")),
  CHUNK_TOO_LONG(400, chunked("2\r\n{}{}\r\n0\r\n\r\n")),
  CHUNK_BARE_LF(400, chunked("2\n{}\r\n0\r\n\r\n")),
  CHUNK_EXTENSION_BARE_LF(400, chunked("2;a=\n{}\r\n0\r\n\r\n")),
  CHUNK_EXTENSION_LONG(414, chunked("2;a=" + "b".repeat(20_000) + "\r\n{}\r\n0\r\n\r\n")),
  TRAILER_LONG(431, chunked("2\r\n{}\r\n0\r\nX: " + "b".repeat(20_000) + "\r\n\r\n")),
  TRAILER_NO_COLON(400, chunked("2\r\n{}\r\n0\r\nnothing\r\n\r\n")),
  HOST_MISSING(400, "GET /healthz HTTP/1.1\r\n\r\n"),
  HOST_TWICE(400, get("Host: other")),
  HOST_TWICE_HTTP_1_0(400, "GET /healthz HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
  HOST_WITH_PATH(400, "GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n"),
  HOST_WITH_SPACE(400, "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n"),
  HOST_WITH_USER(400, "GET /healthz HTTP/1.1\r\nHost: user@a\r\n\r\n"),
  VERSION_9_9(505, line("GET /healthz HTTP/9.9")),
  VERSION_2_0(505, line("PRI * HTTP/2.0")),
  VERSION_0_9(400, line("GET /healthz")),
  VERSION_LONG(400, line("GET /healthz HTTP/1.11")),
  VERSION_OTHER(400, line("GET /healthz ICAP/1.0")),
  METHOD_LOWERCASE(501, line("get /healthz HTTP/1.1")),
  METHOD_UNKNOWN(501, line("BREW /healthz HTTP/1.1")),
  METHOD_INVALID(400, line("GE(T /healthz HTTP/1.1")),
  METHOD_CONNECT(501, line("CONNECT localhost:443 HTTP/1.1")),
  TARGET_SPACE(400, line("GET /health z HTTP/1.1")),
  TARGET_RELATIVE(400, line("GET healthz HTTP/1.1")),
  TARGET_ASTERISK(400, line("GET * HTTP/1.1")),
  TARGET_FRAGMENT(400, line("GET /healthz#a HTTP/1.1")),
  TARGET_OTHER_SCHEME(400, line("GET ftp://localhost/healthz HTTP/1.1")),
  TARGET_NOT_ASCII(400, line("GET /h\u00e9 HTTP/1.1")),
  TARGET_NUL(400, line("GET /health\u0000z HTTP/1.1")),
  TARGET_LONG(414, line("GET /" + "a".repeat(20_000) + " HTTP/1.1")),
  FIELD_NUL(400, get("X: a\u0000b")),
  FIELD_BARE_CR(400, get("X: a\rY: b")),
  FIELD_BARE_LF(400, get("X: a\nY: b")),
  FIELD_NO_COLON(400, get("nothing")),
  FIELD_NO_NAME(400, get(": a")),
  FIELD_SPACE_IN_NAME(400, get("X Y: a")),
  FIELD_SPACE_BEFORE_COLON(400, get("X : a")),
  FIELD_FOLDED_FIRST(400, "GET /healthz HTTP/1.1\r\n X: a\r\nHost: localhost\r\n\r\n"),
  FIELD_LONG(431, get("X: " + "a".repeat(20_000))),
  FIELDS_MANY(431, get("X: a\r\n".repeat(5_000) + "Y: b")),
  LINES_BARE_LF(400, "GET /healthz HTTP/1.1\nHost: localhost\n\n"),
  CONTROL_CHARACTERS_FIRST(400, line("\u0001\u0002GET /healthz HTTP/1.1"));

  /** A good request, which the server must not read behind a hostile one. */
  private static final String SMUGGLED = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private final int status;
  private final String request;

  HostileRequests(int status, String request) {
    this.status = status;
    this.request = request;
  }

  /** What the server has to answer. */
  public int status() {
    return status;
  }

  /** The bytes of the request, with a good one behind it. */
  public byte[] bytes() {
    return (request + SMUGGLED).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String post(String fields, String body) {
    return "POST /mutate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + fields
        + "\r\n\r\n"
        + body;
  }

  private static String chunked(String body) {
    return post("Transfer-Encoding: chunked", body);
  }

  private static String get(String fields) {
    return "GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n\r\n";
  }

  private static String line(String line) {
    return line + "\r\nHost: localhost\r\n\r\n";
  }
}
