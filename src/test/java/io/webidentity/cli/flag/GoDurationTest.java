package io.webidentity.cli.flag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "+0, PT0S",
    "-0, PT0S",
    "0s, PT0S",
    "5s, PT5S",
    "+5s, PT5S",
    "100ms, PT0.1S",
    "1m30s, PT1M30S",
    "1.5h, PT1H30M",
    ".5s, PT0.5S",
    "1.s, PT1S",
    "3us, PT0.000003S",
    "3µs, PT0.000003S",
    "3μs, PT0.000003S",
    "1h15m30.918273645s, PT1H15M30.918273645S",
    "1s1s, PT2S",
    "7ns, PT0.000000007S",
    "0.1ns, PT0S",
  })
  void durations_are_read_as_go_reads_them(String text, Duration expected)
      throws BadValueException {
    assertThat(GoDuration.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", ".s", "1 s", " 1s", "1d", "1S", "1m 30s", "1e3s", "--1s"})
  void other_texts_are_refused(String text) {
    assertThatThrownBy(() -> GoDuration.parse(text))
        .isInstanceOf(BadValueException.class)
        .hasMessageContaining("give one such as");
  }

  @ParameterizedTest
  @CsvSource({
    "-1s, is negative",
    "2562048h, is too long",
    "99999999999999999999999999999999h, is too long"
  })
  void durations_that_no_flag_can_take_are_refused(String text, String complaint) {
    assertThatThrownBy(() -> GoDuration.parse(text))
        .isInstanceOf(BadValueException.class)
        .hasMessageStartingWith(complaint);
  }
}
