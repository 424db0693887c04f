package io.webidentity.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * A request's body, which may have other content once the request was handed over, as connections
 * take turns with the memory.
 *
 * @param buffer holds the body: an array, which is read where it lies, or other memory
 */
public record ReviewBytes(ByteBuf buffer) {
  private static final long LOWEST_BITS = 0x0101_0101_0101_0101L;
  private static final long HIGHEST_BITS = 0x8080_8080_8080_8080L;

  /** A body that is a whole array. */
  public static ReviewBytes of(byte[] body) {
    return new ReviewBytes(Unpooled.wrappedBuffer(body));
  }

  /** How many bytes it has. */
  public int length() {
    return buffer.readableBytes();
  }

  /** A parser before the first token. */
  public JsonParser parser(JsonFactory json) throws IOException {
    return parser(json, 0, length());
  }

  /** A parser of the part from one offset up to another. */
  JsonParser parser(JsonFactory json, int start, int end) throws IOException {
    int first = buffer.readerIndex() + start;
    if (buffer.hasArray()) {
      return json.createParser(buffer.array(), buffer.arrayOffset() + first, end - start);
    }
    InputStream part = new ByteBufInputStream(buffer.slice(first, end - start));
    return json.createParser(part);
  }

  /** The offset of the first such byte; negative if there is none. */
  int indexOf(byte wanted) {
    return buffer.bytesBefore(wanted);
  }

  /** Which of two bytes there are. */
  record Found(boolean one, boolean other) {}

  /**
   * Looks for two bytes in one pass, eight bytes a step and without branches: a pass of {@link
   * #indexOf} over a large body costs a tenth of its decision.
   */
  Found find(byte one, byte other) {
    long ones = one & 0xFFL;
    long others = other & 0xFFL;
    long patternOfOne = ones * LOWEST_BITS;
    long patternOfOther = others * LOWEST_BITS;
    long foundOne = 0;
    long foundOther = 0;
    for (ByteBuffer part : buffer.nioBuffers()) {
      int end = part.limit();
      int index = part.position();
      for (; index <= end - Long.BYTES; index += Long.BYTES) {
        long word = part.getLong(index);
        foundOne |= zeroBytes(word ^ patternOfOne);
        foundOther |= zeroBytes(word ^ patternOfOther);
      }
      for (; index < end; index++) {
        foundOne |= part.get(index) == one ? 1 : 0;
        foundOther |= part.get(index) == other ? 1 : 0;
      }
    }
    return new Found(foundOne != 0, foundOther != 0);
  }

  /** Not 0 if a byte of the word is: Hacker's Delight, section 6-1. */
  private static long zeroBytes(long word) {
    return (word - LOWEST_BITS) & ~word & HIGHEST_BITS;
  }

  /** The body in an array of its own. */
  public byte[] copy() {
    return ByteBufUtil.getBytes(buffer);
  }
}
