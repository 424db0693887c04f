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
  void a_decision_that_takes_memory_leaves_less_for_others_until_it_is_over() throws Exception {
    Admission first = enter();
    Admission second = enter();
    first.take(3 * MEBIBYTE);

    assertThatThrownBy(() -> second.take(2 * MEBIBYTE))
        .isInstanceOfSatisfying(
            MemoryExceededException.class,
            e -> assertThat(e.bound()).isEqualTo(Bound.OF_ALL_DECISIONS));
    assertThat(gate.enter(MEBIBYTE)).isNull();

    second.leave();
    first.leave();
    Admission third = enter();
    third.take(4 * MEBIBYTE);
    third.leave();
    assertThat(gate.enter(4 * MEBIBYTE)).isNotNull();
  }

  @Test
  void a_decision_on_its_own_takes_more_than_all_together_may_but_not_without_end()
      throws Exception {
    Admission alone = enter();
    alone.take(AdmissionGate.MAX_DECISION_BYTES);

    assertThatThrownBy(() -> alone.take(1))
        .isInstanceOfSatisfying(
            MemoryExceededException.class,
            e -> assertThat(e.bound()).isEqualTo(Bound.OF_ONE_DECISION));
  }

  @Test
  void many_small_takes_count_like_a_large_one() throws Exception {
    Admission first = enter();
    Admission second = enter();
    for (int i = 0; i < 3 * 1024; i++) {
      first.take(1024);
    }

    assertThatThrownBy(() -> second.take(2 * MEBIBYTE)).isInstanceOf(MemoryExceededException.class);
  }

  private Admission enter() {
    return Objects.requireNonNull(gate.enter(1));
  }
}
