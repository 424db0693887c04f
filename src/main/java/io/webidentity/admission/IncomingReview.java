package io.webidentity.admission;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * A review's body as it comes in: one buffer, which grows with what has come, as a client that
 * announces a body may never send it. Large ones lie in pieces outside the heap: as arrays they
 * filled it in a few tens of requests, and each time all others waited for the collection.
 */
final class IncomingReview {
  /** More than most bodies have, bytes. */
  private static final int FIRST_BYTES = 16 * 1024;

  /** A large body's pieces, and the length of the longest array, bytes. */
  private static final int PIECE_BYTES = LargeReviews.LONGEST_SMALL_BYTES;

  private final MutateRequest request;
  private final ByteBuf body;

  /** Nothing has come in of this request's body. */
  IncomingReview(MutateRequest request, ByteBufAllocator allocator) {
    this.request = request;
    this.body =
        LargeReviews.include(request.length())
            ? allocator.compositeDirectBuffer(Integer.MAX_VALUE)
            : allocator.heapBuffer(Math.min(request.length(), FIRST_BYTES), request.length());
  }

  MutateRequest request() {
    return request;
  }

  /** Takes the next part, which stays the caller's to release; false if the body is too long. */
  boolean add(ByteBuf part) {
    int needed = body.writerIndex() + part.readableBytes();
    if (needed > request.length()) {
      return false;
    }
    if (needed > body.capacity()) {
      // A buffer of pieces adds one for what is missing; an array is copied, once at the most.
      int pieces = Math.ceilDiv(needed, PIECE_BYTES);
      body.capacity(Math.min(request.length(), pieces * PIECE_BYTES));
    }
    body.writeBytes(part);
    return true;
  }

  /** Bytes of memory. */
  int held() {
    return body.capacity();
  }

  /** What has come in; not to be used after {@link #release}. */
  ReviewBytes bytes() {
    return new ReviewBytes(body);
  }

  void release() {
    body.release();
  }
}
