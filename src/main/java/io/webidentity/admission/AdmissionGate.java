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

  /** What larger decisions ask for at a time, bytes. */
  private static final int STEP_BYTES = 64 * 1024;

  private final int maxRequests;
  private final long maxBytes;
  private final ConnectionMemory incoming;
  private final ConnectionMemory outgoing;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * A gate for so many requests at a time, so many bytes of theirs, as many of bodies that are
   * coming in, and half as many of answers that go out: these are in direct memory, of which there
   * is less. A single request passes whatever its size.
   */
  public AdmissionGate(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
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
    Admission admission = new Admission();
    if (!admission.reserve((long) length + USUAL_BYTES)) {
      requests.decrementAndGet();
      return null;
    }
    return admission;
  }

  /** A request that came in. Used by one thread at a time. */
  final class Admission implements MemoryBudget {
    private long reserved;
    private long taken;
    private long room = USUAL_BYTES;

    private Admission() {}

    @Override
    public void take(long wanted) throws MemoryExceededException {
      taken += wanted;
      if (taken > room) {
        takeMore();
      }
    }

    private void takeMore() throws MemoryExceededException {
      if (taken > MAX_DECISION_BYTES) {
        throw new MemoryExceededException(Bound.OF_ONE_DECISION);
      }
      long more = Math.max(taken - room, STEP_BYTES);
      if (!reserve(more)) {
        throw new MemoryExceededException(Bound.OF_ALL_DECISIONS);
      }
      room += more;
    }

    private boolean reserve(long more) {
      long before = bytes.getAndAdd(more);
      if (before > reserved && before + more > maxBytes) {
        bytes.addAndGet(-more);
        return false;
      }
      reserved += more;
      return true;
    }

    /** The request has been answered, or will never be; to be called once. */
    void leave() {
      bytes.addAndGet(-reserved);
      requests.decrementAndGet();
    }
  }
}
