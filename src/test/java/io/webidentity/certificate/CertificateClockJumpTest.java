package io.webidentity.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Built-in certificates, and a clock that is set by an hour while they are served. */
class CertificateClockJumpTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  /** Between two looks of the loop that really runs. */
  private static final Duration INTERVAL = Duration.ofMillis(20);

  private final SettableClock clock = new SettableClock(START);
  private final FakeSecret secret = new FakeSecret();
  private final FakeConfiguration configuration = new FakeConfiguration();

  /** Lifetimes shorter and longer than the jump; in which tenth of its life a certificate is. */
  static Stream<Arguments> jumps() {
    return Stream.of(Duration.ofMinutes(10), Duration.ofHours(2), Duration.ofDays(90))
        .flatMap(lifetime ->
            Stream.of(HOUR, HOUR.negated())
                .flatMap(jump ->
                    Stream.of(0, 3, 7, 8, 9, 10)
                        .map(tenth -> Arguments.of(lifetime, jump, tenth))));
  }

  @ParameterizedTest
  @MethodSource("jumps")
  void after_one_look_what_is_served_is_valid_and_rotation_goes_on(
      Duration lifetime, Duration jump, int tenth) {
    Duration step = lifetime.dividedBy(30);
    SharedCertificateSource replica = replica(lifetime, clock);
    look(replica);
    for (Duration lived = Duration.ZERO;
        lived.compareTo(lifetime.multipliedBy(tenth).dividedBy(10)) < 0;
        lived = lived.plus(step)) {
      clock.advance(step);
      look(replica);
    }

    clock.advance(jump);
    look(replica);
    assertServesWhatIsValid(replica, clock);

    int writes = secret.writes;
    for (int looks = 0; looks < 10; looks++) {
      look(replica);
    }
    assertThat(secret.writes).as("writes while the clock stands still").isLessThan(writes + 2);

    Set<X509Certificate> served = new HashSet<>();
    for (int steps = 0; steps < 60; steps++) {
      clock.advance(step);
      look(replica);
      assertServesWhatIsValid(replica, clock);
      served.add(replica.current().orElseThrow().leaf());
    }
    assertThat(served).as("certificates of two lifetimes").hasSizeBetween(2, 4);
    assertThat(configuration.trusted).hasSizeLessThan(5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, -1})
  void the_loop_neither_waits_for_the_clock_nor_runs_hot(long hours) {
    Duration lifetime = Duration.ofMinutes(10);
    try (SharedCertificateSource replica = replica(lifetime, clock)) {
      replica.start(_ -> {});
      Awaitility.await().until(() -> replica.current().isPresent());
      X509Certificate before = replica.current().orElseThrow().leaf();

      clock.advance(Duration.ofHours(hours));
      Awaitility.await()
          .untilAsserted(
              () -> assertThat(replica.current().orElseThrow().leaf()).isNotEqualTo(before));
      assertServesWhatIsValid(replica, clock);

      int writes = secret.writes;
      int reads = secret.reads;
      long start = System.nanoTime();
      Awaitility.await().until(() -> secret.reads >= reads + 10);
      // The first of them may have been due already.
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThan(INTERVAL.multipliedBy(8));
      assertThat(secret.writes).isEqualTo(writes);
    }
  }

  /** One machine's clock is set, another's is not. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void replicas_whose_clocks_are_an_hour_apart_agree(boolean fastOneFirst) {
    Duration lifetime = Duration.ofDays(1);
    SettableClock fast = new SettableClock(START.plus(HOUR));
    SharedCertificateSource ahead = replica(lifetime, fast);
    SharedCertificateSource behind = replica(lifetime, clock);
    Duration step = Duration.ofMinutes(5);

    for (Duration lived = Duration.ZERO;
        lived.compareTo(lifetime.multipliedBy(2)) < 0;
        lived = lived.plus(step)) {
      look(fastOneFirst ? ahead : behind);
      look(fastOneFirst ? behind : ahead);
      assertThat(configuration.trusted).hasSizeLessThan(5);
      assertServesWhatIsValid(ahead, fast);
      assertServesWhatIsValid(behind, clock);
      clock.advance(step);
      fast.advance(step);
    }
    // Each certificate is announced, served, and no longer trusted at last.
    assertThat(secret.writes).isBetween(5, 10);
  }

  @Test
  void a_clock_that_is_set_to_and_fro_leaves_no_heap_of_authorities() {
    SharedCertificateSource replica = replica(Duration.ofDays(90), clock);
    look(replica);

    for (int jump = 0; jump < 50; jump++) {
      clock.advance(jump % 2 == 0 ? HOUR.negated() : HOUR);
      look(replica);
      assertServesWhatIsValid(replica, clock);
    }

    assertThat(configuration.trusted).hasSize(2);
  }

  private SharedCertificateSource replica(Duration lifetime, SettableClock itsClock) {
    return new SharedCertificateSource(
        secret,
        Optional.of(configuration),
        new CertificateRotation(List.of("webhook.eks.svc"), lifetime, itsClock),
        () -> true,
        INTERVAL);
  }

  private void assertServesWhatIsValid(SharedCertificateSource replica, SettableClock itsClock) {
    ServingCertificate served = replica.current().orElseThrow();
    assertThat(served.isValidAt(itsClock.instant())).isTrue();
    assertThat(configuration.trusted).contains(served.authority());
  }

  private static void look(SharedCertificateSource replica) {
    replica.looks().orElseThrow().lookNow();
  }
}
