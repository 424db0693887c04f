package io.webidentity.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;

/**
 * A request's body, which may have other content once the request was handed over, as connections
 * take turns with the memory.
 *
 * @param buffer holds the body: an array, which is read where it lies, or other memory
 */
public record ReviewBytes(ByteBuf buffer) {
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

  /** The body in an array of its own. */
  public byte[] copy() {
    return ByteBufUtil.getBytes(buffer);
  }
}
