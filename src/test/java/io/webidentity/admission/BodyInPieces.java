package io.webidentity.admission;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.stream.IntStream;

/** Bodies as large ones come in. */
final class BodyInPieces {
  private BodyInPieces() {}

  /** A body in pieces of this length, bytes. */
  static ReviewBytes of(byte[] body, int length) {
    ByteBuf[] pieces =
        IntStream.range(0, Math.ceilDiv(body.length, length))
            .mapToObj(i ->
                Unpooled.wrappedBuffer(
                    body, i * length, Math.min(length, body.length - i * length)))
            .toArray(ByteBuf[]::new);
    return new ReviewBytes(Unpooled.wrappedBuffer(pieces.length + 1, pieces));
  }
}
