package io.webidentity.admission;

import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.MemoryExceededException;
import io.webidentity.injection.MemoryExceededException.Bound;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what is under way at a time: requests, and the memory of their bodies and decisions.
 * Beyond that a request is refused at once, so that API servers apply their failurePolicy instead
 * of waiting, and memory does not grow with the load.
 *
 * <p>A request that is decided from what is known is under way for well under a millisecond; many
 * are only where live look-ups are waited for. A request comes in when its body is complete: those
 * that come slowly, or never, keep nobody out.
 */
public final class AdmissionGate {
  /**
   * The most memory that one decision may take beside its body. A pod of 5,700 containers takes
   * that much. API servers cannot store one of 5,620: each injected container takes 280 bytes of
   * etcd's at least, which refuses more than 1.5 MiB by default ({@code --max-request-bytes}).
   */
  static final long MAX_DECISION_BYTES = 20L * 1024 * 1024;

  /** What most decisions do not exceed, bytes; they have to ask the gate only once. */
  private static final int USUAL_BYTES = 8 * 1024;

  /**
   * What reading may take on an event loop, bytes: a pod of 400 containers takes that much, and
   * less than a millisecond.
   */
  static final int MAX_AT_ONCE_BYTES = 512 * 1024;

  /** What larger decisions ask for at a time, bytes. */
  private static final int STEP_BYTES = 64 * 1024;

  private final int maxRequests;
  private final ConnectionMemory incoming;
  private final ConnectionMemory outgoing;
  private final AtomicInteger requests = new AtomicInteger();
  private final Pool usual;
  private final Pool large;

  /**
   * A gate for so many requests at a time, so many bytes of theirs, as many of bodies that are
   * coming in, and half as many of answers that go out: these are in direct memory, of which there
   * is less. Half of the bytes are for what is large, so that it leaves room for what is not. A
   * single request passes whatever its size.
   */
  public AdmissionGate(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.usual = new Pool(maxBytes - maxBytes / 2);
    this.large = new Pool(maxBytes / 2);
    this.incoming = new ConnectionMemory(maxBytes);
    this.outgoing = new ConnectionMemory(maxBytes / 2);
  }

  /** What bounds the bodies that are not complete yet. */
  ConnectionMemory incoming() {
    return incoming;
  }

  /** What bounds the answers that clients have not taken yet. */
  ConnectionMemory outgoing() {
    return outgoing;
  }

  /** Lets in a request with a body of this length, bytes; null if there is no room for it. */
  @Nullable Admission enter(int length) {
    if (requests.incrementAndGet() > maxRequests) {
      requests.decrementAndGet();
      return null;
    }
    Pool pool = LargeReviews.include(length) ? large : usual;
    int reserved = length + USUAL_BYTES;
    if (!pool.reserve(reserved, 0)) {
      requests.decrementAndGet();
      return null;
    }
    return new Admission(pool, reserved);
  }

  /** Bytes that requests share. */
  private static final class Pool {
    private final long most;
    private final AtomicLong bytes = new AtomicLong();

    Pool(long most) {
      this.most = most;
    }

    /** Whether there were so many more; one that has all that is taken gets any number. */
    boolean reserve(long more, long own) {
      long before = bytes.getAndAdd(more);
      if (before > own && before + more > most) {
        bytes.addAndGet(-more);
        return false;
      }
      return true;
    }

    void giveBack(long reserved) {
      bytes.addAndGet(-reserved);
    }
  }

  /** A request that came in. Used by one thread at a time. */
  final class Admission {
    private final Pool pool;
    private final int reserved;
    private long reservedLarge;
    private long taken;

    private Admission(Pool pool, int reserved) {
      this.pool = pool;
      this.reserved = reserved;
    }

    /** For reading what an event loop waits for. */
    MemoryBudget atOnce() {
      return bytes -> take(bytes, MAX_AT_ONCE_BYTES, Bound.OF_DECISIONS_AT_ONCE);
    }

    /** For all that a decision takes. */
    MemoryBudget whole() {
      return bytes -> take(bytes, MAX_DECISION_BYTES, Bound.OF_ONE_DECISION);
    }

    /** The decision is made again from its beginning; nothing was kept of it. */
    void beginAgain() {
      taken = 0;
    }

    private void take(long bytes, long most, Bound bound) throws MemoryExceededException {
      taken += bytes;
      if (taken > most) {
        throw new MemoryExceededException(bound);
      }
      long missing = taken - USUAL_BYTES - reservedLarge;
      if (missing > 0) {
        long more = Math.max(missing, STEP_BYTES);
        long own = reservedLarge + (pool.equals(large) ? reserved : 0);
        if (!large.reserve(more, own)) {
          throw new MemoryExceededException(Bound.OF_ALL_DECISIONS);
        }
        reservedLarge += more;
      }
    }

    /** The request has been answered, or will never be; to be called once. */
    void leave() {
      pool.giveBack(reserved);
      large.giveBack(reservedLarge);
      requests.decrementAndGet();
    }
  }
}
