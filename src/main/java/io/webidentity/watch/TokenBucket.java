package io.webidentity.watch;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * So many at once, and so many a second. Tokens that are not there yet can be taken in advance:
 * whoever does is told how long to wait, in the order in which tokens are taken. Thread-safe.
 */
public final class TokenBucket {
  private final int burst;
  private final long nanosPerToken;
  private final LongSupplier nanoTime;

  /** When the bucket would be full again; the further in the future, the emptier it is. */
  private long fullAtNanos;

  /**
   * A full one.
   *
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  public TokenBucket(int burst, int perSecond, LongSupplier nanoTime) {
    this.burst = burst;
    this.nanosPerToken = Duration.ofSeconds(1).toNanos() / perSecond;
    this.nanoTime = nanoTime;
    this.fullAtNanos = nanoTime.getAsLong();
  }

  /**
   * Takes a token.
   *
   * @param patience how long the caller is ready to wait
   * @return nanoseconds to wait before using it, 0 or more; empty, and nothing taken, if that would
   *     be longer than the caller's patience
   */
  public synchronized OptionalLong take(Duration patience) {
    long now = nanoTime.getAsLong();
    if (fullAtNanos - now < 0) {
      fullAtNanos = now;
    }
    long wait = Math.max(0, fullAtNanos - now - (burst - 1) * nanosPerToken);
    if (wait > patience.toNanos()) {
      return OptionalLong.empty();
    }
    fullAtNanos += nanosPerToken;
    return OptionalLong.of(wait);
  }
}
