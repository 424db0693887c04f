package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webidentity.admission.AdmissionGate.Admission;
import io.webidentity.injection.MemoryExceededException;
import io.webidentity.injection.MemoryExceededException.Bound;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What decisions may take of memory, each of them and all together. */
final class AdmissionGateTest {
  private static final int MEBIBYTE = 1024 * 1024;

  private final AdmissionGate gate = new AdmissionGate(10, 4 * MEBIBYTE);

  @Test
  void a_large_decision_leaves_less_for_other_large_ones_until_it_is_over_and_room_for_small_ones()
      throws Exception {
    Admission first = enter();
    Admission second = enter();
    first.whole().take(MEBIBYTE);

    assertThatThrownBy(() -> second.whole().take(2 * MEBIBYTE))
        .isInstanceOfSatisfying(
            MemoryExceededException.class,
            e -> assertThat(e.bound()).isEqualTo(Bound.OF_ALL_DECISIONS));
    assertThat(gate.enter(2 * MEBIBYTE)).isNull();
    assertThat(gate.enter(8_400)).isNotNull();

    second.leave();
    first.leave();
    Admission third = enter();
    third.whole().take(4 * MEBIBYTE);
    third.leave();
    assertThat(gate.enter(4 * MEBIBYTE)).isNotNull();
  }

  @Test
  void a_decision_on_its_own_takes_more_than_all_together_may_but_not_without_end()
      throws Exception {
    Admission alone = enter();
    alone.whole().take(AdmissionGate.MAX_DECISION_BYTES);

    assertThatThrownBy(() -> alone.whole().take(1))
        .isInstanceOfSatisfying(
            MemoryExceededException.class,
            e -> assertThat(e.bound()).isEqualTo(Bound.OF_ONE_DECISION));
  }

  @Test
  void many_small_takes_count_like_a_large_one() throws Exception {
    Admission first = enter();
    Admission second = enter();
    for (int i = 0; i < 1024; i++) {
      first.whole().take(1024);
    }

    assertThatThrownBy(() -> second.whole().take(2 * MEBIBYTE))
        .isInstanceOf(MemoryExceededException.class);
  }

  @Test
  void reading_on_an_event_loop_takes_less_than_it_may_take_later() throws Exception {
    Admission admission = enter();

    assertThatThrownBy(() -> admission.atOnce().take(MEBIBYTE))
        .isInstanceOfSatisfying(
            MemoryExceededException.class,
            e -> assertThat(e.bound()).isEqualTo(Bound.OF_DECISIONS_AT_ONCE));
    admission.beginAgain();
    admission.whole().take(MEBIBYTE);
  }

  private Admission enter() {
    return Objects.requireNonNull(gate.enter(1));
  }
}
