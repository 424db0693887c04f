package io.webidentity.testing.server;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The head of an HTTP/1.1 message.
 *
 * @param start request line or status line
 * @param fields header fields, as they came
 */
public record HttpHead(String start, List<String> fields) {
  private static final int LIMIT = 65_536;

  public HttpHead {
    fields = List.copyOf(fields);
  }

  /**
   * Reads up to and with the empty line, and no byte more.
   *
   * @throws EOFException if the stream ends before
   */
  public static HttpHead read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int newlines = 0;
    while (newlines < 2) {
      int b = in.read();
      if (b == -1 || bytes.size() == LIMIT) {
        throw new EOFException("no HTTP head");
      }
      bytes.write(b);
      if (b == '\n') {
        newlines++;
      } else if (b != '\r') {
        newlines = 0;
      }
    }
    List<String> lines =
        bytes.toString(StandardCharsets.ISO_8859_1).lines().filter(l -> !l.isEmpty()).toList();
    return new HttpHead(lines.getFirst(), lines.subList(1, lines.size()));
  }

  /** Whether the client asks to go on with WebSocket frames, as fabric8 does for watches. */
  boolean upgradesToWebSocket() {
    return fields.stream().anyMatch(f -> lower(f).matches("upgrade:\\s*websocket"));
  }

  /** The same request, made for a connection that carries nothing after it. */
  public HttpHead alone() {
    if (upgradesToWebSocket()) {
      return this;
    }
    List<String> kept = new ArrayList<>(fields);
    kept.removeIf(f -> lower(f).matches("(connection|upgrade|http2-settings|keep-alive):.*"));
    kept.add("Connection: close");
    return new HttpHead(start, kept);
  }

  /** Bytes of the body, where a field says so; 0 otherwise. */
  int contentLength() {
    return fields.stream()
        .map(HttpHead::lower)
        .filter(field -> field.startsWith("content-length:"))
        .mapToInt(field -> Integer.parseInt(field.substring(field.indexOf(':') + 1).strip()))
        .findFirst()
        .orElse(0);
  }

  public byte[] bytes() {
    StringBuilder text = new StringBuilder(start).append("\r\n");
    fields.forEach(field -> text.append(field).append("\r\n"));
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String lower(String field) {
    return field.toLowerCase(Locale.ROOT);
  }
}
