package io.webidentity.kubernetes;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How old is what a list and a watch have shown. One thread writes it, any thread reads it.
 *
 * <p>A watch counts once it has delivered something, or has stayed open for a while: API servers
 * accept some only to end them with an error, again and again.
 */
final class WatchAge {
  /**
   * The watch counts as dead when nothing has come for so long: API servers send a <a
   * href="https://kubernetes.io/docs/reference/using-api/api-concepts/#watch-bookmarks">bookmark</a>
   * about every minute; two and a half times that is no delay.
   */
  static final Duration SILENCE_LIMIT = Duration.ofSeconds(150);

  /**
   * A watch that ended, as each does every few minutes, is opened again at once, and after {@link
   * Reflector#FIRST_RETRY} if that fails; four attempts fit into five seconds. What takes longer is
   * no ordinary reconnect.
   */
  static final Duration RECONNECT_LIMIT = Duration.ofSeconds(5);

  /** API servers tell an error as soon as the watch is open. */
  private static final Duration PROOF = Duration.ofSeconds(1);

  private static final long NEVER = Long.MIN_VALUE;

  private final LongSupplier nanoTime;
  private volatile long openedNanos = NEVER;
  private volatile long heardNanos = NEVER;
  private volatile long unwatchedNanos;

  /**
   * Nothing was heard yet.
   *
   * @param nanoTime measures ages
   */
  WatchAge(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.unwatchedNanos = nanoTime.getAsLong();
  }

  /** A list is complete: everything is known as of now. */
  void listed() {
    heardNanos = nanoTime.getAsLong();
    unwatchedNanos = heardNanos;
  }

  /** A watch is open. */
  void opened() {
    openedNanos = nanoTime.getAsLong();
  }

  /** The watch has delivered a change or a bookmark; errors are no signs of life. */
  void heard() {
    heardNanos = nanoTime.getAsLong();
  }

  /** The watch has ended. */
  void ended() {
    // First, so that nobody sees the time of the watch before.
    if (isProven()) {
      unwatchedNanos = nanoTime.getAsLong();
    }
    openedNanos = NEVER;
  }

  /** Nobody needs it for now: an age that grows would look like a watch that is silent. */
  void forgotten() {
    heardNanos = NEVER;
  }

  /** Time since the last complete list, change or bookmark; empty before the first. */
  Optional<Duration> age() {
    long heard = heardNanos;
    return heard == NEVER
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanoTime.getAsLong() - heard));
  }

  /** Whether a watch is open that counts. */
  boolean isProven() {
    long opened = openedNanos;
    return opened != NEVER
        && (heardNanos >= opened || nanoTime.getAsLong() - opened > PROOF.toNanos());
  }

  /** Whether the watch that is open should have delivered something by now. */
  boolean isOverdue() {
    return nanoTime.getAsLong() - Math.max(openedNanos, heardNanos) > SILENCE_LIMIT.toNanos();
  }

  /**
   * Whether changes may have been missed: there has been no watch for longer than {@link
   * #RECONNECT_LIMIT}, or it is silent for longer than {@link #SILENCE_LIMIT}.
   */
  boolean mayLackChanges() {
    boolean unwatched =
        !isProven() && nanoTime.getAsLong() - unwatchedNanos > RECONNECT_LIMIT.toNanos();
    return unwatched || age().filter(age -> age.compareTo(SILENCE_LIMIT) <= 0).isEmpty();
  }
}
