package io.webidentity.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final int BURST = 100;
  private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
  private static final long TOKEN_NANOS = Duration.ofMillis(20).toNanos();

  /** Not far from where it overflows, as System.nanoTime may be. */
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5 * TOKEN_NANOS);

  private final TokenBucket limit = new TokenBucket(BURST, 50, nanos::get);

  @Test
  void a_burst_waits_for_nothing_and_the_next_ones_for_their_turn() {
    takeBurst();

    assertThat(limit.take(TWO_SECONDS)).isEqualTo(OptionalLong.of(TOKEN_NANOS));
    assertThat(limit.take(TWO_SECONDS)).isEqualTo(OptionalLong.of(2 * TOKEN_NANOS));
  }

  @Test
  void who_would_wait_too_long_gets_none_and_takes_none() {
    takeBurst();

    for (int i = 1; i <= 100; i++) {
      assertThat(limit.take(TWO_SECONDS)).isEqualTo(OptionalLong.of(i * TOKEN_NANOS));
    }
    assertThat(limit.take(TWO_SECONDS)).isEmpty();
    assertThat(limit.take(TWO_SECONDS)).isEmpty();
    nanos.addAndGet(TOKEN_NANOS);
    assertThat(limit.take(TWO_SECONDS)).isEqualTo(OptionalLong.of(100 * TOKEN_NANOS));
  }

  @Test
  void tokens_come_back_with_time_up_to_a_burst() {
    takeBurst();

    nanos.addAndGet(Duration.ofHours(1).toNanos());

    takeBurst();
    assertThat(limit.take(TWO_SECONDS)).isEqualTo(OptionalLong.of(TOKEN_NANOS));
  }

  private void takeBurst() {
    for (int i = 0; i < BURST; i++) {
      assertThat(limit.take(Duration.ZERO)).isEqualTo(OptionalLong.of(0));
    }
  }
}
