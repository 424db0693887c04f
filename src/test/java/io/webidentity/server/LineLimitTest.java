package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.webidentity.admission.DecisionRecorder;
import io.webidentity.observability.LogKeys;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class LineLimitTest {
  private static final long WINDOW = LineLimit.WINDOW.toNanos();
  private static final int FLOOD = 10_000;

  /** Near its end, as {@link System#nanoTime} may be. */
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - WINDOW / 2);

  private final LoggerContext context = new LoggerContext();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger recorder = context.getLogger(DecisionRecorder.class);
  private final Logger library = context.getLogger("io.netty.channel.DefaultChannelPipeline");

  @BeforeEach
  void start() {
    lines.addFilter(new LineLimit(nanos::get));
    lines.setContext(context);
    lines.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(lines);
  }

  @Test
  void of_refused_requests_each_reason_has_a_line_and_the_next_one_counts_the_others() {
    for (int i = 0; i < FLOOD; i++) {
      refuse("malformed_review", "the body is not JSON, at byte " + i);
      refuse("overloaded", "too many");
    }
    assertThat(lines.list).hasSize(2);

    nanos.addAndGet(WINDOW);
    refuse("overloaded", "too many");
    refuse("overloaded", "too many");
    nanos.addAndGet(WINDOW);
    refuse("overloaded", "too many");

    assertThat(lines.list)
        .extracting(LineLimitTest::leftOut)
        .containsExactly(null, null, FLOOD - 1L, 1L);
  }

  @Test
  void of_what_libraries_throw_each_kind_has_one_stack_trace_and_the_kinds_are_bounded() {
    for (int i = 0; i < FLOOD; i++) {
      library.warn("[id: {}] an exception reached the tail", i, thrownBy("decode", i));
      library.warn("[id: {}] an exception reached the tail", i, thrownBy("read", i));
      recorder
          .atError()
          .setCause(thrownBy("decide", i))
          .addKeyValue(LogKeys.REASON, "internal_error")
          .log("The webhook has a defect.");
    }
    assertThat(lines.list).hasSize(3);

    for (int i = 0; i < FLOOD; i++) {
      library.warn("a new kind each time", thrownBy("method" + i, i));
    }
    assertThat(lines.list).hasSizeLessThan(LineLimit.MAX_KINDS + LineLimit.LINES + 3);

    nanos.addAndGet(WINDOW);
    library.warn("a new kind", thrownBy("afterwards", 0));
    assertThat(lines.list.getLast().getThrowableProxy().getMessage()).isEqualTo("afterwards 0");
  }

  @Test
  void findings_about_pods_are_bounded_generously_and_by_reason() {
    for (int i = 0; i < FLOOD; i++) {
      found("role_denied", "u-" + i);
    }
    found("mount_path_taken", "u-1");

    assertThat(lines.list).hasSize(LineLimit.LINES + 1);
  }

  @Test
  void changes_of_state_are_seen_whatever_floods_beside_them() {
    Logger state = context.getLogger("io.webidentity.rolepolicy.RolePolicyFile");
    for (int i = 0; i < FLOOD; i++) {
      refuse("malformed_review", "bad");
      found("role_denied", "u-" + i);
      library.warn("bad", thrownBy("decode", i));
    }
    int flooded = lines.list.size();
    state.warn("The role policy cannot be read.", thrownBy("read", 1));
    state.warn("It cannot be read either.", thrownBy("read", 2));
    state.info("The role policy was read.");

    assertThat(lines.list.subList(flooded, lines.list.size())).hasSize(3);
  }

  @Test
  void lines_that_somebody_asked_for_are_all_there() {
    context.getLogger(DecisionRecorder.class).setLevel(Level.DEBUG);
    for (int i = 0; i < FLOOD; i++) {
      recorder.atDebug().addKeyValue(LogKeys.REASON, "injected").log("decision {}", i);
    }

    assertThat(lines.list).hasSize(FLOOD);
  }

  private void refuse(String reason, String message) {
    recorder.atWarn().addKeyValue(LogKeys.REASON, reason).log(message);
  }

  private void found(String reason, String review) {
    recorder
        .atWarn()
        .addKeyValue(LogKeys.REVIEW_UID, review)
        .addKeyValue(LogKeys.REASON, reason)
        .log("about pod {}", review);
  }

  private static @Nullable Object leftOut(ILoggingEvent line) {
    return line.getKeyValuePairs().stream()
        .filter(pair -> pair.key.equals(LogKeys.LEFT_OUT))
        .map(pair -> pair.value)
        .findFirst()
        .orElse(null);
  }

  private static Throwable thrownBy(String method, int number) {
    Throwable thrown = new IllegalStateException(method + " " + number);
    thrown.setStackTrace(
        new StackTraceElement[] {new StackTraceElement("Decoder", method, "Decoder.java", 1)});
    return thrown;
  }
}
