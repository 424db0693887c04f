package io.webidentity.admission;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * A review's body as it comes in: one buffer, which grows with what has come, as a client that
 * announces a body may never send it.
 */
final class IncomingReview {
  /** More than most bodies have, bytes. */
  private static final int FIRST_BYTES = 16 * 1024;

  /** What is too small becomes garbage: a third of a body's length with this, all of it with 2. */
  private static final int GROWTH = 4;

  private final MutateRequest request;
  private final ByteBuf body;

  /** Nothing has come in of this request's body. */
  IncomingReview(MutateRequest request, ByteBufAllocator allocator) {
    this.request = request;
    this.body = allocator.heapBuffer(Math.min(request.length(), FIRST_BYTES), request.length());
  }

  MutateRequest request() {
    return request;
  }

  /** Takes the next part, which stays the caller's to release. */
  void add(ByteBuf part) {
    int needed = body.writerIndex() + part.readableBytes();
    if (needed > body.capacity()) {
      body.capacity(Math.min(request.length(), Math.max(GROWTH * body.capacity(), needed)));
    }
    body.writeBytes(part);
  }

  /** Bytes of memory. */
  int held() {
    return body.capacity();
  }

  /** What has come in; not to be used after {@link #release}. */
  ReviewBytes bytes() {
    return new ReviewBytes(
        body.array(), body.arrayOffset() + body.readerIndex(), body.readableBytes());
  }

  void release() {
    body.release();
  }
}
