package io.webidentity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class UsageErrorTest {
  @ParameterizedTest(name = "{0} {1}")
  @CsvFileSource(resources = "/cli/usage-errors.csv", delimiter = '|', numLinesToSkip = 1)
  void a_mistake_is_told_in_one_sentence(String environment, String words, String sentence) {
    Map<String, String> variables =
        environment == null
            ? Map.of()
            : Map.of(environment.split("=", 2)[0], environment.split("=", 2)[1]);
    String[] arguments = words == null ? new String[0] : words.split(" ", -1);
    ProgramRun run = ProgramRun.of(variables, arguments);
    assertThat(run.err()).isEqualTo("webhook: " + sentence + "\n");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.served()).isEmpty();
  }

  @Test
  void control_characters_and_long_values_are_shown_in_one_line() {
    ProgramRun run = ProgramRun.of("--port=1\n\u001b[31m" + "x".repeat(500));
    assertThat(run.err())
        .startsWith("webhook: --port=1\\n\\u{1b}[31mxxx")
        .endsWith("x… is not a port; give a whole number from 0 to 65535 (0 takes a free one)\n");
    assertThat(run.err()).hasSizeLessThan(330);
  }

  @Test
  void a_path_that_cannot_be_one_is_refused() {
    assertThat(ProgramRun.of("--kubeconfig=a\0b").err())
        .isEqualTo("webhook: --kubeconfig=a\\u{0}b is not a path; give the path of a file\n");
  }

  @Test
  void an_argument_that_starts_with_an_at_sign_is_not_read_as_a_file() {
    assertThat(ProgramRun.of("@flags.txt").err()).contains("@flags.txt");
  }
}
