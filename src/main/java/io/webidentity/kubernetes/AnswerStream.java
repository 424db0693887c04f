package io.webidentity.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, which one thread reads as it comes. The connection delivers the next bytes
 * only when the reader wants them, so that an answer of any length takes little memory.
 */
final class AnswerStream extends InputStream implements AsyncBody.Consumer<List<ByteBuffer>> {
  /**
   * Bytes of a line. API servers take objects of <a
   * href="https://etcd.io/docs/latest/dev-guide/limit/">1.5 MiB</a>, a few times that with escapes.
   */
  private static final int LONGEST_LINE = 8 * 1024 * 1024;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final long endNanos;
  private @Nullable AsyncBody body;
  private ByteBuffer piece = NOTHING;
  private boolean asked;
  private boolean ended;

  /** A consumer that has no memory left says so here: it cannot add to the queue. */
  private volatile @Nullable Throwable lost;

  /**
   * Has no body yet.
   *
   * @param timeout how long reading it as a stream may take, from now
   */
  AnswerStream(Duration timeout) {
    this.endNanos = System.nanoTime() + timeout.toNanos();
  }

  /** The connection delivers these. */
  @Override
  public void consume(List<ByteBuffer> buffers, AsyncBody from) {
    try {
      for (ByteBuffer buffer : buffers) {
        pieces.add(new Piece(buffer, null));
      }
      if (buffers.isEmpty()) {
        pieces.add(new Piece(NOTHING, null));
      }
    } catch (Throwable e) {
      lost = e;
      throw e;
    }
  }

  /** The head of the answer has come, and this is its body. */
  void begin(AsyncBody begun) {
    this.body = begun;
    var _ = begun.done().whenComplete((_, failure) -> pieces.add(new Piece(null, failure)));
  }

  /**
   * The next line, without its end. Empty if no line is complete within the time, or the answer has
   * {@linkplain #ended ended}; what it has of a line then is dropped.
   *
   * @throws IOException if the connection failed, or the line is longer than any object
   */
  Optional<byte[]> line(Duration patience) throws IOException {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      while (piece.hasRemaining()) {
        byte next = piece.get();
        if (next == '\n') {
          byte[] complete = line.toByteArray();
          line.reset();
          return Optional.of(complete);
        }
        line.write(next);
      }
      if (line.size() > LONGEST_LINE) {
        throw new IOException("an event has more than " + LONGEST_LINE + " bytes");
      }
      if (ended || !awaitMore(until - System.nanoTime())) {
        return Optional.empty();
      }
    }
  }

  /** Whether all of it was read. */
  boolean ended() {
    return ended && !piece.hasRemaining();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    while (!piece.hasRemaining()) {
      if (ended) {
        return -1;
      }
      if (!awaitMore(endNanos - System.nanoTime())) {
        throw new HttpTimeoutException("the answer did not end in time");
      }
    }
    int count = Math.min(length, piece.remaining());
    piece.get(to, offset, count);
    return count;
  }

  /** Ends the answer, wherever it is; the connection cannot be used again if that is half-way. */
  @Override
  public void close() {
    AsyncBody begun = body;
    if (begun != null) {
      begun.cancel();
    }
  }

  /** Waits for more bytes or for the end; false if neither comes in time. */
  private boolean awaitMore(long nanos) throws IOException {
    AsyncBody begun = body;
    if (begun == null) {
      throw new IllegalStateException("read before begin()");
    }
    if (!asked) {
      asked = true;
      begun.consume();
    }
    Piece next;
    try {
      next = pieces.poll(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    Throwable failure = next == null ? lost : next.failure();
    if (failure != null) {
      throw new IOException(failure);
    }
    if (next == null) {
      return false;
    }
    if (next.bytes() == null) {
      ended = true;
    } else {
      piece = next.bytes();
      asked = !pieces.isEmpty();
    }
    return true;
  }

  /**
   * What the connection delivers.
   *
   * @param bytes null at the end
   * @param failure why it ended, if not in order
   */
  private record Piece(@Nullable ByteBuffer bytes, @Nullable Throwable failure) {}
}
