package io.webidentity.identity;

import io.webidentity.identity.AccountReadException.Retry;
import io.webidentity.identity.AccountStatistics.LookupResult;
import io.webidentity.injection.Reason;
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
 * Live look-ups of ServiceAccounts: one request at a time for each account, whoever asks; at most
 * so many a second ({@link LookupRateLimit}); none longer than the deadline.
 *
 * <p>Who asks while a request is under way shares its answer if that is a role. Any other answer
 * may be older than the question, as the account may have been made in between: then one more
 * request is made, shared by all who came after the first was sent.
 */
final class LiveLookups implements AutoCloseable {
  /** Pause before the first repetition of a failed request, doubled each time. */
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

  private final AccountReader reader;
  private final Duration deadline;
  private final LongSupplier nanoTime;
  private final LookupRateLimit rateLimit;
  private final ConcurrentMap<AccountKey, Flight> flights = new ConcurrentHashMap<>();
  private final ThreadFactory threads = Thread.ofVirtual().name("live-lookup-", 0).factory();
  private volatile boolean closed;
  private final Map<LookupResult, LongAdder> results = new EnumMap<>(LookupResult.class);

  LiveLookups(AccountReader reader, Duration deadline, LongSupplier nanoTime) {
    this.reader = reader;
    this.deadline = deadline;
    this.nanoTime = nanoTime;
    this.rateLimit = new LookupRateLimit(nanoTime);
    for (LookupResult result : LookupResult.values()) {
      results.put(result, new LongAdder());
    }
  }

  /** Looks the account up; the stage completes on a virtual thread, never exceptionally. */
  CompletionStage<AccountLookup> lookUp(AccountKey account) {
    return lookUp(account, nanoTime.getAsLong())
        .completeOnTimeout(tooLate(account), deadline.toNanos(), TimeUnit.NANOSECONDS)
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

  private CompletableFuture<AccountLookup> lookUp(AccountKey account, long askedNanos) {
    Flight running = flights.get(account);
    if (running != null) {
      return running.shared(askedNanos);
    }
    Flight flight = new Flight(account);
    running = flights.putIfAbsent(account, flight);
    return running == null ? flight.start().copy() : running.shared(askedNanos);
  }

  private AccountLookup count(AccountLookup lookup) {
    LookupResult result =
        switch (lookup) {
          case AccountLookup.Found _ -> LookupResult.FOUND;
          case AccountLookup.NotFound _ -> LookupResult.NOT_FOUND;
          case AccountLookup.Failed failed when failed.reason() == Reason.LOOKUP_TIMEOUT ->
              LookupResult.TIMEOUT;
          case AccountLookup.Failed failed when failed.reason() == Reason.LOOKUP_RATE_LIMITED ->
              LookupResult.RATE_LIMITED;
          case AccountLookup.Failed _ -> LookupResult.FAILED;
        };
    results.getOrDefault(result, new LongAdder()).increment();
    return lookup;
  }

  private AccountLookup.Failed tooLate(AccountKey account) {
    return new AccountLookup.Failed(
        Reason.LOOKUP_TIMEOUT,
        "The API server did not answer within %d ms when asked for ServiceAccount %s."
            .formatted(deadline.toMillis(), account));
  }

  /** One request, with its repetitions. */
  private final class Flight {
    private final AccountKey account;
    private final CompletableFuture<AccountLookup> answer = new CompletableFuture<>();

    /** The answer, once this flight can no longer be joined. */
    private final CompletableFuture<AccountLookup> ended = answer.whenComplete((_, _) -> end());

    private final long endNanos;
    private final Thread thread = threads.newThread(this::run);

    private @Nullable CompletableFuture<AccountLookup> next;

    /** When the request was sent last; in the far future before. */
    private volatile long sentNanos;

    Flight(AccountKey account) {
      this.account = account;
      long now = nanoTime.getAsLong();
      this.endNanos = now + deadline.toNanos();
      this.sentNanos = now + Long.MAX_VALUE / 2;
    }

    /** The answer, at the deadline at the latest, even if the request hangs for longer. */
    CompletableFuture<AccountLookup> start() {
      var _ = answer.completeOnTimeout(tooLate(account), deadline.toNanos(), TimeUnit.NANOSECONDS);
      thread.start();
      return ended;
    }

    /** The answer for somebody else: this one if it is a role, or not older than the question. */
    CompletableFuture<AccountLookup> shared(long askedNanos) {
      return ended.thenCompose(lookup -> {
        boolean role = lookup instanceof AccountLookup.Found(var found) && found.hasRole();
        return role || sentNanos - askedNanos >= 0
            ? CompletableFuture.completedFuture(lookup)
            : next();
      });
    }

    /** The answer of one more request, made after this one and shared by all who need it. */
    private synchronized CompletableFuture<AccountLookup> next() {
      CompletableFuture<AccountLookup> following = next;
      if (following == null) {
        following = lookUp(account, nanoTime.getAsLong());
        next = following;
      }
      return following;
    }

    void stop() {
      answer.complete(stopped());
    }

    private void end() {
      flights.remove(account, this);
      thread.interrupt();
    }

    private void run() {
      AccountLookup lookup;
      try {
        lookup = closed ? stopped() : ask();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        lookup = stopped();
      } catch (RuntimeException e) {
        lookup =
            new AccountLookup.Failed(
                Reason.LOOKUP_FAILED,
                "The look-up of ServiceAccount %s failed unexpectedly (%s)."
                    .formatted(account, e.getClass().getSimpleName()));
      }
      answer.complete(lookup);
    }

    private AccountLookup ask() throws InterruptedException {
      AccountLookup.@Nullable Failed failure = null;
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
              .read(account, remaining())
              .<AccountLookup>map(AccountLookup.Found::new)
              .orElseGet(AccountLookup.NotFound::new);
        } catch (AccountReadException e) {
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

    private AccountLookup.Failed rateLimited() {
      return new AccountLookup.Failed(
          Reason.LOOKUP_RATE_LIMITED,
          "Too many ServiceAccounts wait to be looked up; %s could not be within %d ms."
              .formatted(account, deadline.toMillis()));
    }

    private AccountLookup.Failed stopped() {
      return new AccountLookup.Failed(
          Reason.LOOKUP_FAILED,
          "The webhook stopped before ServiceAccount %s was looked up.".formatted(account));
    }
  }
}
