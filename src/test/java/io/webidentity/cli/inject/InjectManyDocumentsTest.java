package io.webidentity.cli.inject;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.cli.ProgramRun;
import io.webidentity.testing.server.WebhookProcess;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs of many documents, larger than what is kept in memory. */
class InjectManyDocumentsTest {
  private static final int MANY = 20_000;
  private static final String ACCOUNT =
      """
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: app, annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/app"}}
      """;
  private static final String DEPLOYMENT =
      """
      ---
      # Number %1$d
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web-%1$d, annotations: {note: "%2$s"}}
      spec:
        template:
          spec:
            serviceAccountName: app
            containers:
              - name: web
                image: "web:%1$d"
      """;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"FILE", "-"})
  void memory_is_that_of_one_document(String name) throws Exception {
    Path input = write(MANY, ACCOUNT);

    Run run = run(input, folder, "-Xmx48m", name.replace("FILE", input.toString()));

    assertThat(Files.size(input)).isGreaterThan(20_000_000);
    assertThat(run.exitCode()).as(run.firstError()).isZero();
    try (Stream<String> said = Files.lines(run.err())) {
      assertThat(
              said.filter(line -> line.matches("deployment/.*: injected: role .*|.*documents.*")))
          .hasSize(MANY)
          .noneMatch(line -> line.contains("documents"));
    }
    try (Stream<String> printed = Files.lines(run.out())) {
      List<String> lines =
          printed
              .filter(line -> line.startsWith("# Number") || line.contains("name: AWS_ROLE_ARN"))
              .toList();
      assertThat(lines).hasSize(2 * MANY);
      assertThat(lines.get(2 * MANY - 2)).isEqualTo("# Number 19999");
    }
    assertThat(run.left()).isEmpty();
  }

  @Test
  void nothing_is_printed_if_the_last_of_many_documents_is_wrong() throws IOException {
    Path unread = write(2_000, ACCOUNT + "---\na: [b\n");
    ProgramRun first = ProgramRun.of("inject", "-f", unread.toString());
    Path undecided = write(2_000, ACCOUNT + DEPLOYMENT.formatted(1, "").replace("- name", "- 5 #"));
    ProgramRun second = ProgramRun.of("inject", "-f", undecided.toString());

    assertThat(first.exitCode() + second.exitCode()).isEqualTo(4);
    assertThat(first.out() + second.out()).isEmpty();
    assertThat(first.err()).contains("document 2002, line 24007:").hasLineCount(1);
    assertThat(second.err()).contains("document 2002, line 240").hasLineCount(1);
  }

  @Test
  void a_pipe_with_a_name_is_read_once() throws Exception {
    Path input = write(3, ACCOUNT);

    Run run = run(input, folder, "-Xmx64m", "/dev/stdin");

    assertThat(run.exitCode()).as(run.firstError()).isZero();
    assertThat(Files.readString(run.err()))
        .contains("web-2 (ServiceAccount default/app): injected");
  }

  @Test
  void without_a_temporary_folder_the_error_says_what_to_do() throws Exception {
    Path missing = folder.resolve("missing");
    Run run = run(write(2_000, ACCOUNT), missing, "-Xmx64m", "-");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(Files.size(run.out())).isZero();
    assertThat(Files.readAllLines(run.err()).getLast())
        .startsWith("webhook: a temporary file for large manifests cannot be written (no such file")
        .contains(missing.toString(), "-Djava.io.tmpdir=FOLDER");
  }

  private Path write(int count, String last) throws IOException {
    Path input = folder.resolve("input.yaml");
    String note = "a long note ".repeat(75);
    try (Writer writer = Files.newBufferedWriter(input)) {
      for (int i = 0; i < count; i++) {
        writer.write(DEPLOYMENT.formatted(i, note));
      }
      writer.write(last);
    }
    return input;
  }

  /**
   * A run in a process of its own.
   *
   * @param left what is left in its folder for temporary files
   */
  private record Run(int exitCode, Path out, Path err, List<String> left) {
    String firstError() throws IOException {
      try (Stream<String> lines = Files.lines(err)) {
        return lines.findFirst().orElse("");
      }
    }
  }

  /** Gives it the input as a pipe, whatever {@code -f} names. */
  private Run run(Path input, Path parent, String memory, String name) throws Exception {
    Path temporary = parent.resolve("temporary");
    if (Files.isDirectory(parent)) {
      Files.createDirectory(temporary);
    }
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(memory, "-XX:+UseSerialGC", "-Djava.io.tmpdir=" + temporary));
    command.addAll(List.of("-cp", WebhookProcess.classPath(), "io.webidentity.Main"));
    command.addAll(List.of("inject", "-f", name));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try (var to = process.getOutputStream()) {
      if (!name.equals(input.toString())) {
        Files.copy(input, to);
      }
    } catch (IOException _) {
      // It has ended, and has not read all.
    }
    int exitCode = process.waitFor();
    String[] left = temporary.toFile().list();
    return new Run(exitCode, out, err, left == null ? List.of() : List.of(left));
  }
}
