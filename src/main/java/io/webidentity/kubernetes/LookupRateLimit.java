package io.webidentity.kubernetes;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * A token bucket in front of the API server. Whoever takes a token that is not there yet is told
 * how long to wait for it; tokens are handed out in the order in which they were asked for.
 */
public final class LookupRateLimit {
  /**
   * Look-ups per second. Kubernetes' controllers ask for 20 to 100 a second of one API server; a
   * look-up is the smallest request there is, and a new account causes one, its pods share it.
   */
  static final int PER_SECOND = 50;

  /** Look-ups at once: an application's worth of new accounts needs no waiting. */
  public static final int BURST = 100;

  private static final long NANOS_PER_TOKEN = Duration.ofSeconds(1).toNanos() / PER_SECOND;

  private final LongSupplier nanoTime;

  /** When the bucket would be full again; the further in the future, the emptier it is. */
  private long fullAtNanos;

  public LookupRateLimit(LongSupplier nanoTime) {
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
    long wait = Math.max(0, fullAtNanos - now - (BURST - 1) * NANOS_PER_TOKEN);
    if (wait > patience.toNanos()) {
      return OptionalLong.empty();
    }
    fullAtNanos += NANOS_PER_TOKEN;
    return OptionalLong.of(wait);
  }
}
