package io.webidentity.kubernetes;

import io.webidentity.kubernetes.ObjectReadException.Retry;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.watch.Threads;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Live look-ups of objects of a kind: one request at a time for each object, whoever asks; at most
 * so many a second ({@link LookupRateLimit}); none longer than the deadline.
 *
 * <p>Who asks while a request is under way shares its answer if that is {@linkplain
 * ObjectKind#settled settled}. Any other answer may be older than the question, as the object may
 * have been made in between: then one more request is made, shared by all who came after the first
 * was sent.
 *
 * @param <K> tells objects apart
 * @param <P> what is kept of an object
 */
final class LiveLookups<K, P> implements AutoCloseable {
  /** Pause before the first repetition of a failed request, doubled each time. */
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

  private final ObjectKind<K, P> kind;
  private final ObjectReader<K, P> reader;
  private final Duration deadline;
  private final LongSupplier nanoTime;
  private final LookupRateLimit rateLimit;
  private final ConcurrentMap<K, Flight> flights = new ConcurrentHashMap<>();
  private final ThreadFactory threads = Threads.ofTasks("live-lookup-");
  private volatile boolean closed;
  private final Map<LookupResult, LongAdder> results = new EnumMap<>(LookupResult.class);
  private final ObjectLookup.Failed<P> withoutMemory;

  LiveLookups(
      ObjectKind<K, P> kind, ObjectReader<K, P> reader, Duration deadline, LongSupplier nanoTime) {
    this.kind = kind;
    this.reader = reader;
    this.deadline = deadline;
    this.nanoTime = nanoTime;
    this.rateLimit = new LookupRateLimit(nanoTime);
    this.withoutMemory =
        new ObjectLookup.Failed<>(
            LookupResult.FAILED,
            "The look-up of a %s failed unexpectedly (VirtualMachineError)."
                .formatted(kind.noun()));
    for (LookupResult result : LookupResult.values()) {
      results.put(result, new LongAdder());
    }
  }

  /** Looks the object up; the stage completes on a virtual thread, never exceptionally. */
  CompletionStage<ObjectLookup<P>> lookUp(K key) {
    return lookUp(key, nanoTime.getAsLong())
        .completeOnTimeout(tooLate(key), deadline.toNanos(), TimeUnit.NANOSECONDS)
        // Timeouts are completed by a thread of the JDK's that nothing may hold up.
        .thenApplyAsync(this::count, task -> threads.newThread(task).start());
  }

  /** Look-ups answered so far, by result. */
  Map<LookupResult, Long> counts() {
    Map<LookupResult, Long> counts = new EnumMap<>(LookupResult.class);
    results.forEach((result, count) -> counts.put(result, count.sum()));
    return counts;
  }

  /** Ends what is under way; what is asked later fails. */
  @Override
  public void close() {
    closed = true;
    flights.values().forEach(Flight::stop);
  }

  private CompletableFuture<ObjectLookup<P>> lookUp(K key, long askedNanos) {
    Flight running = flights.get(key);
    if (running != null) {
      return running.shared(askedNanos);
    }
    Flight flight = new Flight(key);
    running = flights.putIfAbsent(key, flight);
    return running == null ? flight.start().copy() : running.shared(askedNanos);
  }

  private ObjectLookup<P> count(ObjectLookup<P> lookup) {
    LookupResult result =
        switch (lookup) {
          case ObjectLookup.Found<P> _ -> LookupResult.FOUND;
          case ObjectLookup.NotFound<P> _ -> LookupResult.NOT_FOUND;
          case ObjectLookup.Failed<P> failed -> failed.result();
        };
    results.getOrDefault(result, new LongAdder()).increment();
    return lookup;
  }

  private ObjectLookup.Failed<P> tooLate(K key) {
    return new ObjectLookup.Failed<>(
        LookupResult.TIMEOUT,
        "The API server did not answer within %d ms when asked for %s %s."
            .formatted(deadline.toMillis(), kind.noun(), key));
  }

  /** One request, with its repetitions. */
  private final class Flight {
    private final K key;
    private final CompletableFuture<ObjectLookup<P>> answer = new CompletableFuture<>();

    /** The answer, once this flight can no longer be joined. */
    private final CompletableFuture<ObjectLookup<P>> ended = answer.whenComplete((_, _) -> end());

    private final long endNanos;
    private final Thread thread = threads.newThread(this::run);

    private @Nullable CompletableFuture<ObjectLookup<P>> next;

    /** When the request was sent last; in the far future before. */
    private volatile long sentNanos;

    Flight(K key) {
      this.key = key;
      long now = nanoTime.getAsLong();
      this.endNanos = now + deadline.toNanos();
      this.sentNanos = now + Long.MAX_VALUE / 2;
    }

    /** The answer, at the deadline at the latest, even if the request hangs for longer. */
    CompletableFuture<ObjectLookup<P>> start() {
      try {
        var _ = answer.completeOnTimeout(tooLate(key), deadline.toNanos(), TimeUnit.NANOSECONDS);
        thread.start();
      } catch (Throwable e) {
        // Without a thread nobody would answer, and whoever asks later would wait for it as well.
        answer.complete(unexpected(e));
      }
      return ended;
    }

    /** The answer for somebody else: this one if it is a role, or not older than the question. */
    CompletableFuture<ObjectLookup<P>> shared(long askedNanos) {
      return ended.thenCompose(lookup -> {
        boolean settled = lookup instanceof ObjectLookup.Found<P>(P found) && kind.settled(found);
        return settled || sentNanos - askedNanos >= 0
            ? CompletableFuture.completedFuture(lookup)
            : next();
      });
    }

    /** The answer of one more request, made after this one and shared by all who need it. */
    private synchronized CompletableFuture<ObjectLookup<P>> next() {
      CompletableFuture<ObjectLookup<P>> following = next;
      if (following == null) {
        following = lookUp(key, nanoTime.getAsLong());
        next = following;
      }
      return following;
    }

    void stop() {
      answer.complete(stopped());
    }

    private void end() {
      flights.remove(key, this);
      thread.interrupt();
    }

    private void run() {
      ObjectLookup<P> lookup;
      try {
        lookup = closed ? stopped() : ask();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        lookup = stopped();
      } catch (Throwable e) {
        lookup = unexpected(e); // Of an Error, too, those who wait must learn.
      }
      answer.complete(lookup);
    }

    /** Made without memory where there is none. */
    private ObjectLookup.Failed<P> unexpected(Throwable e) {
      return e instanceof VirtualMachineError
          ? withoutMemory
          : new ObjectLookup.Failed<>(
              LookupResult.FAILED,
              "The look-up of %s %s failed unexpectedly (%s)."
                  .formatted(kind.noun(), key, e.getClass().getSimpleName()));
    }

    private ObjectLookup<P> ask() throws InterruptedException {
      ObjectLookup.@Nullable Failed<P> failure = null;
      Duration pause = FIRST_PAUSE;
      while (true) {
        OptionalLong wait = rateLimit.take(remaining());
        if (wait.isEmpty()) {
          return failure == null ? rateLimited() : failure;
        }
        TimeUnit.NANOSECONDS.sleep(wait.getAsLong());
        sentNanos = nanoTime.getAsLong();
        try {
          return reader
              .read(key, remaining())
              .<ObjectLookup<P>>map(ObjectLookup.Found::new)
              .orElseGet(ObjectLookup.NotFound::new);
        } catch (ObjectReadException e) {
          failure = e.failure();
          if (e.retry() == Retry.POINTLESS || remaining().compareTo(pause) <= 0) {
            return failure;
          }
        }
        Thread.sleep(pause);
        pause = pause.multipliedBy(2);
      }
    }

    private Duration remaining() {
      return Duration.ofNanos(Math.max(1, endNanos - nanoTime.getAsLong()));
    }

    private ObjectLookup.Failed<P> rateLimited() {
      return new ObjectLookup.Failed<>(
          LookupResult.RATE_LIMITED,
          "Too many %ss wait to be looked up; %s could not be within %d ms."
              .formatted(kind.noun(), key, deadline.toMillis()));
    }

    private ObjectLookup.Failed<P> stopped() {
      return new ObjectLookup.Failed<>(
          LookupResult.FAILED,
          "The webhook stopped before %s %s was looked up.".formatted(kind.noun(), key));
    }
  }
}
