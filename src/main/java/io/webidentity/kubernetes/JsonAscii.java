package io.webidentity.kubernetes;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Rewrites a stream of JSON in UTF-8 as JSON in ASCII, with {@code \}{@code u} escapes; outside of
 * strings JSON is ASCII anyway. fabric8 7.8 decodes every buffer of a watch apart: characters that
 * a buffer's border cuts become U+FFFD, and after a buffer with any other character beyond ASCII
 * come NULs, at which the next event fails to parse and everything is listed again.
 *
 * <p>One for each stream; not thread-safe.
 */
final class JsonAscii {
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  /** The beginning of a character that the next buffer completes; at most three bytes. */
  private byte[] cut = new byte[0];

  /** The next part of the stream. The buffer is the caller's again when this returns. */
  ByteBuffer encode(ByteBuffer part) {
    ByteBuffer bytes = ByteBuffer.allocate(cut.length + part.remaining());
    bytes.put(cut).put(part).flip();
    if (isAscii(bytes)) {
      cut = new byte[0];
      return bytes;
    }
    CharBuffer chars = CharBuffer.allocate(bytes.remaining());
    decoder.reset();
    decoder.decode(bytes, chars, false);
    cut = new byte[bytes.remaining()];
    bytes.get(cut);
    return escape(chars.flip());
  }

  private static boolean isAscii(ByteBuffer bytes) {
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      if (bytes.get(i) < 0) {
        return false;
      }
    }
    return true;
  }

  private static ByteBuffer escape(CharBuffer chars) {
    StringBuilder escaped = new StringBuilder(chars.remaining() + 64);
    while (chars.hasRemaining()) {
      char c = chars.get();
      if (c < 0x80) {
        escaped.append(c);
      } else {
        escaped.append("\\u%04x".formatted((int) c));
      }
    }
    return ByteBuffer.wrap(escaped.toString().getBytes(StandardCharsets.US_ASCII));
  }
}
