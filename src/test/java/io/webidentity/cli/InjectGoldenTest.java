package io.webidentity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs {@code webhook inject} on every folder below {@code inject}. A folder without {@code
 * expected.yaml} is one whose input is refused. With {@code -Dgolden.update=true}, what is expected
 * is written again.
 */
class InjectGoldenTest {
  private static final Path FOLDER = Path.of("src/test/resources/inject");
  private static final Set<String> FILES =
      Set.of(
          "input.yaml",
          "input.json",
          "accounts.yaml",
          "arguments.txt",
          "expected.yaml",
          "expected.diff",
          "stderr.txt");

  static Stream<Path> cases() throws IOException {
    try (Stream<Path> folders = Files.list(FOLDER)) {
      return folders.filter(Files::isDirectory).sorted().toList().stream();
    }
  }

  /** Before all tests: each of them reads what is expected. */
  @BeforeAll
  static void update() throws IOException {
    if (!Boolean.getBoolean("golden.update")) {
      return;
    }
    for (Path folder : cases().toList()) {
      ProgramRun run = run(folder, "-f", input(folder).toString());
      ProgramRun diff = run(folder, "--diff", "-f", input(folder).toString());
      Files.writeString(folder.resolve("stderr.txt"), run.err().replace(folder + "/", ""));
      if (run.exitCode() == 0) {
        Files.writeString(folder.resolve("expected.yaml"), run.out());
        Files.writeString(folder.resolve("expected.diff"), diff.out().replace(folder + "/", ""));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_case_is_as_recorded(Path folder) throws IOException {
    ProgramRun run = run(folder, "-f", input(folder).toString());
    ProgramRun diff = run(folder, "--diff", "-f", input(folder).toString());
    String said = run.err().replace(folder + "/", "");
    assertThat(said).isEqualTo(Files.readString(folder.resolve("stderr.txt")));
    assertThat(diff.err()).isEqualTo(run.err());
    if (Files.exists(folder.resolve("expected.yaml"))) {
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).isEqualTo(Files.readString(folder.resolve("expected.yaml")));
      assertThat(diff.out().replace(folder + "/", ""))
          .isEqualTo(Files.readString(folder.resolve("expected.diff")));
    } else {
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(said.lines()).hasSize(1);
      assertThat(run.out()).isEmpty();
      assertThat(diff.out()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void injecting_the_result_again_changes_nothing(Path folder) throws IOException {
    Path expected = folder.resolve("expected.yaml");
    if (Files.exists(expected)) {
      ProgramRun again = run(folder, "-f", expected.toString());
      assertThat(again.out()).isEqualTo(Files.readString(expected));
      assertThat(again.err()).doesNotContain(": injected:");
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void standard_input_is_read_as_a_file_is(Path folder) throws IOException {
    List<String> arguments = arguments(folder, "-f", "-");
    ProgramRun run =
        ProgramRun.of(
            java.util.Map.of(),
            Files.readAllBytes(input(folder)),
            arguments.toArray(String[]::new));
    Path expected = folder.resolve("expected.yaml");
    assertThat(run.out()).isEqualTo(Files.exists(expected) ? Files.readString(expected) : "");
    assertThat(run.err().replace("standard input", "INPUT"))
        .isEqualTo(
            Files.readString(folder.resolve("stderr.txt"))
                .replace(String.valueOf(input(folder).getFileName()), "INPUT")
                .replace("accounts.yaml", folder + "/accounts.yaml"));
  }

  @Test
  void every_file_is_used() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      assertThat(files.filter(Files::isRegularFile))
          .allSatisfy(file -> assertThat(FILES).contains(String.valueOf(file.getFileName())));
    }
  }

  private static ProgramRun run(Path folder, String... more) throws IOException {
    return ProgramRun.of(arguments(folder, more).toArray(String[]::new));
  }

  private static List<String> arguments(Path folder, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("inject"));
    Path accounts = folder.resolve("accounts.yaml");
    if (Files.exists(accounts)) {
      arguments.addAll(List.of("--service-accounts", accounts.toString()));
    }
    Path given = folder.resolve("arguments.txt");
    if (Files.exists(given)) {
      arguments.addAll(List.of(Files.readString(given).strip().split(" ", -1)));
    }
    arguments.addAll(List.of(more));
    return arguments;
  }

  private static Path input(Path folder) {
    Path yaml = folder.resolve("input.yaml");
    return Files.exists(yaml) ? yaml : folder.resolve("input.json");
  }
}
