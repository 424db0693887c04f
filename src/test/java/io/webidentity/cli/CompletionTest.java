package io.webidentity.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.webidentity.cli.flag.FlagGroup;
import io.webidentity.cli.serve.ServeFlags;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts of {@code webhook completion}, run by the shells they are for. */
class CompletionTest {
  /** Completes the last of its arguments as bash does, one candidate a line. */
  private static final String BASH =
      """
      source ./completion
      COMP_WORDS=("$@")
      COMP_CWORD=$(($# - 1))
      _webhook
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  @TempDir private Path folder;

  /** The words are split as bash splits them: an equals sign is a word. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "webhook ins|",
        "webhook in|inject",
        "webhook completion _|bash zsh fish --help -h",
        "webhook inject --di|--diff",
        "webhook inject --tls-c|",
        "webhook --tls-c|--tls-cert --tls-cipher-suites",
        "webhook --log-format _|json text",
        "webhook --log-format = t|text",
        "webhook --debugging-handlers-from =|loopback any",
        "webhook --self-signed =|true false",
        "webhook --self-signed = t|true",
        "webhook help in|inject",
        "webhook help completion|completion",
        "webhook --port _|",
        "webhook inject -f _|a b.yaml;completion",
        "webhook inject --filename = a|a b.yaml",
        "webhook inject --diff --role-policy a|a b.yaml",
        "webhook --namespace inject --di|",
        "webhook --logtostd|",
      })
  void bash_completes_commands_flags_files_and_words(String line, String candidates)
      throws Exception {
    Files.writeString(folder.resolve("a b.yaml"), "");
    String separator = line.contains(" a") || line.endsWith("-f _") ? ";" : " ";
    String[] expected = candidates == null ? new String[0] : candidates.split(separator, -1);

    assertThat(bash(line.split(" ", -1))).containsExactlyInAnyOrder(expected);
  }

  @Test
  void bash_offers_every_flag_that_does_something() throws Exception {
    List<String> offered = bash("webhook", "--");

    assertThat(ServeFlags.ALL)
        .filteredOn(flag -> flag.group() != FlagGroup.IGNORED)
        .allSatisfy(flag -> assertThat(offered).contains(flag.dashed()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh", "fish"})
  void the_shell_finds_no_mistake_in_its_script(String shell) throws Exception {
    assumeThat(System.getenv("PATH").split(File.pathSeparator, -1))
        .as("%s is installed", shell)
        .anyMatch(path -> Files.isExecutable(Path.of(path, shell)));

    assertThat(output(shell, "-n", write(shell).toString())).isEmpty();
  }

  private List<String> bash(String... words) throws IOException, InterruptedException {
    write("bash");
    List<String> command = new ArrayList<>(List.of("bash", "-c", BASH, "bash"));
    Arrays.stream(words).map(word -> word.equals("_") ? "" : word).forEach(command::add);
    return output(command.toArray(String[]::new)).lines().filter(one -> !one.isEmpty()).toList();
  }

  private Path write(String shell) throws IOException {
    ProgramRun run = ProgramRun.of("completion", shell);
    assertThat(run.exitCode()).isZero();
    return Files.writeString(folder.resolve("completion"), run.out());
  }

  private String output(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
