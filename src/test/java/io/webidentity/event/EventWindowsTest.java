package io.webidentity.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.event.EventWindows.Occurrences;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventWindowsTest {
  private static final Optional<EventResult> TAKEN = Optional.empty();
  private static final Optional<EventResult> DEDUPLICATED = Optional.of(EventResult.DEDUPLICATED);
  private static final Optional<EventResult> DROPPED = Optional.of(EventResult.DROPPED);

  /** Clocks of nanoseconds start anywhere. */
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 7);

  private final EventWindows windows =
      new EventWindows(nanos::get, () -> Instant.EPOCH.plusNanos(nanos.get() - Long.MAX_VALUE + 7));

  @Test
  void the_first_of_equal_notices_is_written_at_once_and_the_others_at_the_end_of_the_window() {
    assertThat(windows.offer(notice("shop", 1))).isEqualTo(TAKEN);
    assertThat(windows.poll()).contains(occurrences(1, Duration.ZERO, Duration.ZERO));

    pass(Duration.ofMinutes(1));
    assertThat(windows.offer(notice("shop", 1))).isEqualTo(DEDUPLICATED);
    pass(Duration.ofMinutes(1));
    assertThat(windows.offer(notice("shop", 1))).isEqualTo(DEDUPLICATED);
    assertThat(windows.poll()).isEmpty();

    pass(Duration.ofMinutes(4));
    assertThat(windows.poll())
        .contains(occurrences(2, Duration.ofMinutes(1), Duration.ofMinutes(2)));
    assertThat(windows.poll()).isEmpty();
  }

  @Test
  void what_goes_on_is_written_once_a_window_and_what_ends_ends_in_silence() {
    windows.offer(notice("shop", 1));
    assertThat(windows.poll()).isPresent();
    for (int window = 0; window < 5; window++) {
      assertThat(windows.offer(notice("shop", 1))).isEqualTo(DEDUPLICATED);
      pass(EventWindows.WINDOW);
      assertThat(windows.poll()).map(Occurrences::count).contains(1);
      assertThat(windows.poll()).isEmpty();
    }
    pass(EventWindows.WINDOW);
    assertThat(windows.poll()).isEmpty();

    assertThat(windows.offer(notice("shop", 1))).isEqualTo(TAKEN);
  }

  @Test
  void what_comes_before_the_first_was_written_is_written_with_it() {
    windows.offer(notice("shop", 1));
    windows.offer(notice("shop", 1));

    assertThat(windows.poll()).map(Occurrences::count).contains(2);
    assertThat(windows.poll()).isEmpty();
  }

  @Test
  void notices_that_differ_in_object_or_note_are_told_apart() {
    assertThat(windows.offer(notice("shop", 1))).isEqualTo(TAKEN);
    assertThat(windows.offer(notice("shop", 2))).isEqualTo(TAKEN);
    assertThat(windows.offer(notice("other", 1))).isEqualTo(TAKEN);
  }

  @Test
  void after_a_burst_new_events_are_limited_and_repeated_ones_are_still_counted() {
    IntStream.range(0, EventWindows.BURST)
        .forEach(i -> assertThat(windows.offer(notice("shop", i))).isEqualTo(TAKEN));

    assertThat(windows.offer(notice("shop", -1))).isEqualTo(DROPPED);
    assertThat(windows.offer(notice("shop", 0))).isEqualTo(DEDUPLICATED);

    pass(Duration.ofSeconds(1));
    IntStream.range(0, EventWindows.PER_SECOND)
        .forEach(i -> assertThat(windows.offer(notice("later", i))).isEqualTo(TAKEN));
    assertThat(windows.offer(notice("later", -1))).isEqualTo(DROPPED);
  }

  @Test
  void a_namespace_cannot_silence_others_and_is_heard_again_when_its_windows_have_ended() {
    fill("noisy", EventWindows.MAX_OPEN_PER_NAMESPACE);

    assertThat(windows.offer(notice("noisy", -1))).isEqualTo(DROPPED);
    assertThat(windows.offer(notice("quiet", -1))).isEqualTo(TAKEN);

    drain();
    pass(EventWindows.WINDOW);
    assertThat(windows.poll()).isEmpty();
    assertThat(windows.offer(notice("noisy", -1))).isEqualTo(TAKEN);
  }

  @Test
  void memory_is_bounded() {
    for (int i = 0; i < EventWindows.MAX_OPEN; i++) {
      if (i % EventWindows.PER_SECOND == 0) {
        // Without passing on time, as that would end windows: each is offered again before.
        pass(Duration.ofSeconds(1));
        drain();
      }
      assertThat(windows.offer(notice("team-" + i % 50, i))).isEqualTo(TAKEN);
      IntStream.rangeClosed(0, i).forEach(j -> windows.offer(notice("team-" + j % 50, j)));
    }
    pass(Duration.ofSeconds(10));
    drain();

    assertThat(windows.offer(notice("one-more", 0))).isEqualTo(DROPPED);
  }

  private void fill(String namespace, int count) {
    for (int i = 0; i < count; i++) {
      if (i % EventWindows.BURST == 0) {
        pass(Duration.ofSeconds(EventWindows.BURST / EventWindows.PER_SECOND));
      }
      assertThat(windows.offer(notice(namespace, i))).isEqualTo(TAKEN);
    }
    pass(Duration.ofSeconds(EventWindows.BURST / EventWindows.PER_SECOND));
  }

  private void drain() {
    while (windows.poll().isPresent()) {
      // Written.
    }
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static EventNotice notice(String namespace, int note) {
    return new EventNotice(
        EventSubject.serviceAccount(namespace, "orders"),
        EventNotice.Type.WARNING,
        "Reason",
        "note " + note);
  }

  private static Occurrences occurrences(int count, Duration first, Duration last) {
    return new Occurrences(
        notice("shop", 1), count, Instant.EPOCH.plus(first), Instant.EPOCH.plus(last));
  }
}
