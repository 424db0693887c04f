package io.webidentity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.cli.serve.ServeFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
  private static final Path GOLDEN = Path.of("src/test/resources/cli");

  @Test
  void help_of_the_program_is_as_recorded() throws IOException {
    assertRecorded("help.txt", "--help");
  }

  @Test
  void help_of_completion_is_as_recorded() throws IOException {
    assertRecorded("help-completion.txt", "completion", "--help");
  }

  @Test
  void help_of_inject_is_as_recorded() throws IOException {
    assertRecorded("help-inject.txt", "inject", "--help");
  }

  @ParameterizedTest
  @ValueSource(strings = {"explain", "audit", "doctor"})
  void help_of_commands_that_read_a_cluster_is_as_recorded(String command) throws IOException {
    assertRecorded("help-" + command + ".txt", command, "--help");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "inject -h", "--help=true", "--port=wrong --help"})
  void help_is_a_result_not_an_error(String words) {
    ProgramRun run = ProgramRun.of(words.split(" ", -1));
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("Usage:");
    assertThat(run.served()).isEmpty();
  }

  @Test
  void help_names_every_flag_and_fits_a_narrow_terminal() {
    String help = ProgramRun.of("--help").out();
    assertThat(ServeFlags.ALL).allSatisfy(flag -> assertThat(help).contains(flag.dashed()));
    assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(90));
  }

  @ParameterizedTest
  @CsvSource({"help, --help", "help inject, inject --help", "help help, help --help"})
  void help_is_a_command_too(String command, String flag) {
    ProgramRun run = ProgramRun.of(command.split(" ", -1));
    assertThat(run).isEqualTo(ProgramRun.of(flag.split(" ", -1)));
    assertThat(run.out()).contains("Usage:\n  webhook");
  }

  @Test
  void the_dozen_most_used_flags_come_first_and_no_flag_twice() {
    List<String> sections = List.of(ProgramRun.of("--help").out().split("\n\n", -1));
    assertThat(sections.get(3)).startsWith("Most used:\n  --port PORT\n");
    assertThat(sections.get(3).lines().filter(line -> line.matches("  -.*"))).hasSize(12);
    assertThat(sections.get(4)).startsWith("Serving:\n").doesNotContain("--port ");
  }

  @Test
  void commands_without_flags_ignore_the_variables_of_flags() {
    ProgramRun run = ProgramRun.of(Map.of("WEBHOOK_FLAG_PROT", "1"), "version");
    assertThat(run.exitCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "version"})
  void version_names_program_version_and_commit(String words) {
    ProgramRun run = ProgramRun.of(words);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .matches("webhook [0-9]+\\.[0-9]+\\.[0-9]+\\S* \\(([0-9a-f]+|unknown)\\)\n");
  }

  /** Compares with the golden file; {@code -Dgolden.update=true} rewrites it. */
  static void assertRecorded(String file, String... arguments) throws IOException {
    Path golden = GOLDEN.resolve(file);
    String help = ProgramRun.of(arguments).out();
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, help);
    }
    assertThat(help).isEqualTo(Files.readString(golden));
  }
}
