package io.webidentity.cli.flag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long now = -5;

  @Test
  void what_takes_long_has_one_line_which_is_rewritten_and_removed() {
    try (Progress progress = progress(true)) {
      for (int i = 0; i < 30; i++) {
        now += Duration.ofMillis(100).toNanos();
        progress.step();
      }
    }

    assertThat(said()).isEqualTo("\r20 pods\r22 pods\r24 pods\r26 pods\r28 pods\r30 pods\r\033[K");
  }

  @Test
  void what_stood_still_is_not_said_several_times() {
    try (Progress progress = progress(true)) {
      now += Duration.ofMinutes(1).toNanos();
      progress.step();
      progress.step();
    }

    assertThat(said()).isEqualTo("\r1 pods\r\u001b[K");
  }

  @Test
  void what_is_done_soon_says_nothing() {
    try (Progress progress = progress(true)) {
      now += Duration.ofMillis(1999).toNanos();
      progress.step();
    }

    assertThat(said()).isEmpty();
  }

  @Test
  void pipes_and_files_have_no_such_line() {
    try (Progress progress = progress(false)) {
      now += Duration.ofMinutes(1).toNanos();
      progress.step();
    }

    assertThat(said()).isEmpty();
  }

  private Progress progress(boolean terminal) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new Progress(stream, terminal, "pods", () -> now);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
