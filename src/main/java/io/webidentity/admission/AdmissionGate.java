package io.webidentity.admission;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what is under way at a time: requests, and the bytes of their bodies. Beyond that a
 * request is refused at once, so that API servers apply their failurePolicy instead of waiting, and
 * memory does not grow with the load.
 *
 * <p>A request that is decided from what is known is under way for well under a millisecond; many
 * are only where live look-ups are waited for. A request comes in when its body is complete: those
 * that come slowly, or never, keep nobody out.
 */
public final class AdmissionGate {
  private final int maxRequests;
  private final long maxBytes;
  private final IncomingBodies incoming;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * A gate for so many requests at a time, so many bytes of theirs, and as many of bodies that are
   * coming in; a single request passes whatever its size.
   */
  public AdmissionGate(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
    this.incoming = new IncomingBodies(maxBytes);
  }

  /** What bounds the bodies that are not complete yet. */
  IncomingBodies incoming() {
    return incoming;
  }

  /** Whether a request with a body of this length may come in; if so, it has to leave. */
  boolean enter(int length) {
    if (requests.incrementAndGet() > maxRequests) {
      requests.decrementAndGet();
      return false;
    }
    long before = bytes.getAndAdd(length);
    if (before > 0 && before + length > maxBytes) {
      leave(length);
      return false;
    }
    return true;
  }

  /** A request that came in has been answered, or will never be. */
  void leave(int length) {
    bytes.addAndGet(-length);
    requests.decrementAndGet();
  }
}
