package io.webidentity.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webidentity.testing.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RepeatedLookTest {
  private static final Duration NEVER = Duration.ofDays(1);
  private static final Duration QUICK = Duration.ofMillis(1);

  private final Faults faults = new Faults();
  private final Reports reports = new Reports();
  private final AtomicLong nanos = new AtomicLong();
  private RepeatedLook loop = loop(QUICK, faults::look);

  @AfterEach
  void close() {
    loop.close();
  }

  @ParameterizedTest
  @MethodSource("io.webidentity.testing.Faults#all")
  void whatever_is_thrown_is_counted_reported_and_followed_by_another_look(Throwable fault) {
    loop.start();
    faults.throwNext(fault);

    await().until(() -> faults.thrown() == 1);
    int before = faults.looks();
    await().until(() -> faults.looks() > before + 1);

    assertThat(loop.errors()).isEqualTo(1);
    assertThat(loop.failures()).isEqualTo(1);
    assertThat(loop.failing()).isFalse();
    assertThat(reports.bugs).containsExactly(fault);
    assertThat(reports.recoveries).hasValue(1);
  }

  @ParameterizedTest
  @MethodSource("io.webidentity.testing.Faults#all")
  void a_report_that_fails_as_well_is_made_at_the_next_failure(Throwable fault) {
    reports.faults.throwNext(fault);

    faults.throwNext(new OutOfMemoryError());
    loop.lookNow();
    assertThat(reports.bugs).isEmpty();
    faults.throwNext(new OutOfMemoryError());
    loop.lookNow();

    assertThat(reports.bugs).hasSize(1);
    assertThat(loop.errors()).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("io.webidentity.testing.Faults#all")
  void an_interval_that_nobody_can_tell_ends_nothing(Throwable fault) {
    Faults interval = new Faults();
    loop =
        new RepeatedLook(
            "loop",
            () -> {
              interval.look();
              return QUICK;
            },
            faults::look,
            reports);
    interval.throwNext(fault);
    loop.start();
    loop.wake();

    await().until(() -> faults.looks() > 2);
    assertThat(interval.thrown()).isEqualTo(1);
    assertThat(loop.errors()).isEqualTo(1);
  }

  @Test
  void a_problem_is_reported_once_and_again_after_another_one_or_a_success() {
    fail(new IllegalStateException("a"), new IllegalStateException("a"));
    fail(new StackOverflowError("b"), new IllegalStateException("a"));
    loop.lookNow();
    fail(new IllegalStateException("a"));

    assertThat(reports.problems)
        .containsExactly(
            "java.lang.IllegalStateException: a",
            "java.lang.StackOverflowError: b",
            "java.lang.IllegalStateException: a",
            "java.lang.IllegalStateException: a");
  }

  @Test
  void what_cannot_be_used_is_a_failure_and_no_error() {
    loop =
        loop(
            NEVER,
            () -> {
              throw new UnusableContentException("the file is broken; correct it.");
            });

    loop.lookNow();

    assertThat(reports.problems)
        .as("lines go on after it")
        .containsExactly("the file is broken; correct it");
    assertThat(reports.bugs).isEmpty();
    assertThat(loop.failures()).isEqualTo(1);
    assertThat(loop.errors()).isZero();
    assertThat(loop.failing()).isTrue();
  }

  @Test
  void its_age_is_the_time_since_a_look_ended_well_or_not() {
    nanos.addAndGet(5);
    assertThat(loop.age()).isEqualTo(Duration.ofNanos(5));

    loop.lookNow();
    assertThat(loop.age()).isZero();
    nanos.addAndGet(7);
    assertThat(loop.age()).isEqualTo(Duration.ofNanos(7));

    fail(new OutOfMemoryError());
    assertThat(loop.age()).isZero();
  }

  @Test
  void a_loop_that_is_woken_need_not_wait_for_its_interval() {
    loop = loop(NEVER, faults::look);
    loop.start();
    loop.wake();
    await().until(() -> faults.looks() == 1);
    loop.wake();
    await().until(() -> faults.looks() == 2);
  }

  @Test
  void closing_ends_a_look_that_waits_and_is_no_failure() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    AtomicInteger interrupted = new AtomicInteger();
    loop =
        loop(
            QUICK,
            () -> {
              waiting.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.incrementAndGet();
                throw e;
              }
            });
    loop.start();
    waiting.await();

    loop.close();

    await().until(() -> interrupted.get() == 1);
    assertThat(loop.failures()).isZero();
    assertThat(reports.problems).isEmpty();
  }

  private void fail(Throwable... failures) {
    for (Throwable failure : failures) {
      faults.throwNext(failure);
      loop.lookNow();
    }
  }

  private RepeatedLook loop(Duration interval, RepeatedLook.Look look) {
    return new RepeatedLook("loop", () -> interval, look, reports, nanos::get);
  }

  private static final class Reports implements RepeatedLook.Report {
    private final Faults faults = new Faults();
    private final List<String> problems = new ArrayList<>();
    private final List<Throwable> bugs = new ArrayList<>();
    private final AtomicInteger recoveries = new AtomicInteger();

    @Override
    public void problem(String problem, @Nullable Throwable bug) {
      faults.look();
      problems.add(problem);
      if (bug != null) {
        bugs.add(bug);
      }
    }

    @Override
    public void recovered() {
      recoveries.incrementAndGet();
    }
  }
}
