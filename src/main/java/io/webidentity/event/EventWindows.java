package io.webidentity.event;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Which notices become Events, and when: the first of equal ones at once, unless there are too
 * many; those that follow within {@link #WINDOW} are counted, and told together at its end, which
 * begins the next one. A window without a second notice ends in silence.
 *
 * <p>Whoever offers waits for nothing but a lock that is held for a few instructions.
 */
final class EventWindows {
  /** A tenth of the hour that API servers keep Events for, so that what goes on stays visible. */
  static final Duration WINDOW = Duration.ofMinutes(6);

  /** Windows at once: some megabytes, and at most six Events a second where each is renewed. */
  static final int MAX_OPEN = 2_000;

  /** Windows at once of one namespace: others must be heard, too. */
  static final int MAX_OPEN_PER_NAMESPACE = 100;

  /** New Events at once, and a second. */
  static final int BURST = 50;

  static final int PER_SECOND = 5;

  private static final long NANOS_PER_TOKEN = Duration.ofSeconds(1).toNanos() / PER_SECOND;

  private final LongSupplier nanoTime;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition offered = lock.newCondition();

  /** By the end of their windows, as all are equally long. */
  private final Map<EventNotice, Window> open = new LinkedHashMap<>();

  private final Map<String, Integer> openByNamespace = new HashMap<>();
  private final Queue<Window> begun = new ArrayDeque<>();

  /** When all of the burst is there again; the further in the future, the less is left of it. */
  private long fullAtNanos;

  EventWindows(LongSupplier nanoTime, InstantSource clock) {
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.fullAtNanos = nanoTime.getAsLong();
  }

  /**
   * Takes a notice.
   *
   * @return empty if an Event will be written of it, else {@link EventResult#DEDUPLICATED} or
   *     {@link EventResult#DROPPED}
   */
  Optional<EventResult> offer(EventNotice notice) {
    Instant now = clock.instant();
    lock.lock();
    try {
      Window window = open.get(notice);
      if (window != null) {
        window.add(now);
        return Optional.of(EventResult.DEDUPLICATED);
      }
      if (!admit(notice.subject().namespace())) {
        return Optional.of(EventResult.DROPPED);
      }
      window = new Window(notice, nanoTime.getAsLong() + WINDOW.toNanos(), now);
      open.put(notice, window);
      begun.add(window);
      offered.signal();
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** What is to be written now, if anything is. */
  Optional<Occurrences> poll() {
    lock.lock();
    try {
      Window first = begun.poll();
      return first == null ? pollEnded() : Optional.of(first.drain());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until {@link #poll} may have something.
   *
   * @param patience the longest wait
   */
  void await(Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = patience.toNanos();
      while (begun.isEmpty() && left > 0) {
        long untilEnd =
            open.isEmpty()
                ? Long.MAX_VALUE
                : open.values().iterator().next().endNanos - nanoTime.getAsLong();
        if (untilEnd <= 0) {
          return;
        }
        long wait = Math.min(left, untilEnd);
        left -= wait - Math.max(0, offered.awaitNanos(wait));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Every window ends now, so that {@link #poll} has all that is not written. */
  void endAll() {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      open.values().forEach(window -> window.endNanos = now);
      offered.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is anything that {@link #poll} has not given out. */
  boolean hasUnwritten() {
    lock.lock();
    try {
      return open.values().stream().anyMatch(window -> window.count > 0);
    } finally {
      lock.unlock();
    }
  }

  private Optional<Occurrences> pollEnded() {
    long now = nanoTime.getAsLong();
    Iterator<Window> windows = open.values().iterator();
    while (windows.hasNext()) {
      Window window = windows.next();
      if (window.endNanos - now > 0) {
        return Optional.empty();
      }
      windows.remove();
      if (window.count > 0) {
        window.endNanos = now + WINDOW.toNanos();
        open.put(window.notice, window);
        return Optional.of(window.drain());
      }
      openByNamespace.computeIfPresent(
          window.notice.subject().namespace(), (_, count) -> count == 1 ? null : count - 1);
    }
    return Optional.empty();
  }

  private boolean admit(String namespace) {
    if (open.size() >= MAX_OPEN
        || openByNamespace.getOrDefault(namespace, 0) >= MAX_OPEN_PER_NAMESPACE
        || !takeToken()) {
      return false;
    }
    openByNamespace.merge(namespace, 1, Integer::sum);
    return true;
  }

  private boolean takeToken() {
    long now = nanoTime.getAsLong();
    if (fullAtNanos - now < 0) {
      fullAtNanos = now;
    }
    if (fullAtNanos - now > (BURST - 1) * NANOS_PER_TOKEN) {
      return false;
    }
    fullAtNanos += NANOS_PER_TOKEN;
    return true;
  }

  /**
   * Equal notices that are not written yet.
   *
   * @param notice each of them
   * @param count how many, at least one
   * @param first when the first one came
   * @param last when the last one came
   */
  record Occurrences(EventNotice notice, int count, Instant first, Instant last) {}

  /** Equal notices of some minutes. */
  private static final class Window {
    private final EventNotice notice;
    private long endNanos;
    private int count = 1;
    private Instant first;
    private Instant last;

    Window(EventNotice notice, long endNanos, Instant now) {
      this.notice = notice;
      this.endNanos = endNanos;
      this.first = now;
      this.last = now;
    }

    void add(Instant now) {
      if (count == 0) {
        first = now;
      }
      last = now;
      count++;
    }

    Occurrences drain() {
      Occurrences drained = new Occurrences(notice, count, first, last);
      count = 0;
      return drained;
    }
  }
}
