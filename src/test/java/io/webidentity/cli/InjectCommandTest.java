package io.webidentity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.cli.flag.ProcessIo;
import io.webidentity.config.LogSettings;
import io.webidentity.testing.pod.InvisibleCharacters;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InjectCommandTest {
  private static final String ACCOUNT =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata:
        name: app
        annotations:
          eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/app
      """;
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: web
      spec:
        serviceAccountName: app
        containers:
        - name: web
      """;

  @TempDir private Path folder;

  @Test
  void what_is_said_about_an_object_cannot_drive_a_terminal_or_forge_a_line() throws IOException {
    Path file = Files.writeString(folder.resolve("all.yaml"), ACCOUNT + "---\n" + POD);
    StringBuilder name = new StringBuilder();
    InvisibleCharacters.codePoints()
        .filter(character -> !isSurrogate(character))
        .forEach(character -> name.append("\\U%08x".formatted(character)));
    Files.writeString(
        file, Files.readString(file).replace("name: web", "name: \"web" + name + "\""));

    ProgramRun injected = ProgramRun.of("inject", "-f", file.toString());
    Files.writeString(file, Files.readString(file).replace("containers:\n", "containers: 7 #\n"));
    ProgramRun wrong = ProgramRun.of("inject", "-f", file.toString());

    assertThat(injected.exitCode()).isZero();
    assertThat(injected.err()).contains("\\u{202e}").contains(": injected: role ");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err().lines()).hasSize(1);
    for (ProgramRun run : List.of(injected, wrong)) {
      assertThat(InvisibleCharacters.areAllMissingIn(run.err().replace("\n", ""))).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"inject", "--help", "--version"})
  void a_result_that_cannot_be_written_is_an_error(String command) throws IOException {
    Path file = write("all.yaml", ACCOUNT + "---\n" + POD);
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ProcessIo full =
        new ProcessIo(
            Map.of(),
            InputStream.nullInputStream(),
            new PrintStream(new FileOutputStream("/dev/full")),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            LogSettings.Format.JSON);

    WebhookProgram program = new WebhookProgram(_ -> 0, full);
    int exitCode =
        command.equals("inject")
            ? program.run(command, "-f", file.toString())
            : program.run(command);

    assertThat(exitCode).isOne();
    assertThat(err.toString(StandardCharsets.UTF_8))
        .endsWith("webhook: standard output cannot be written; what is there is incomplete\n");
  }

  private static boolean isSurrogate(int character) {
    return Character.getType(character) == Character.SURROGATE;
  }

  @Test
  void several_file_flags_are_read_in_their_order() throws IOException {
    Path account = write("z.yaml", ACCOUNT);
    Path pod = write("a.yaml", POD);

    ProgramRun run = ProgramRun.of("inject", "-f", account.toString(), "--filename=" + pod);

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).startsWith("pod/web (ServiceAccount default/app): injected");
    assertThat(run.out()).startsWith(ACCOUNT + "---\n").contains("AWS_ROLE_ARN");
  }

  @Test
  void every_flag_comes_from_the_environment_too() throws IOException {
    Path all = write("all.yaml", ACCOUNT + "---\n" + POD);
    Map<String, String> environment =
        Map.of(
            "WEBHOOK_FLAG_FILENAME", all.toString(),
            "WEBHOOK_FLAG_DIFF", "true",
            "WEBHOOK_FLAG_PORT", "a flag of the server is ignored");

    ProgramRun run = ProgramRun.of(environment, "inject");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("\n+").contains("AWS_ROLE_ARN");
  }

  @Test
  void the_manifests_of_a_folder_are_printed_one_after_the_other() throws IOException {
    write("b.yaml", POD);
    write("a.yml", ACCOUNT.stripTrailing());
    write(
        "c.json",
        "{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"c\"}}");
    write("d.yaml", "# A comment.\n---\n" + ACCOUNT.replace("name: app", "name: other"));
    write(".hidden.yaml", "not: [yaml");
    write("README.md", "not: [yaml");
    Files.createDirectory(folder.resolve("sub.yaml"));
    ProgramRun run = ProgramRun.of("inject", "-f", folder.toString());
    assertThat(run.err()).contains("pod/web (ServiceAccount default/app): injected: role");
    assertThat(run.out())
        .startsWith(ACCOUNT + "---\n" + POD + "    env:\n")
        .contains("          path: token\n---\n{\"apiVersion\": \"v1\"")
        .endsWith("}}\n# A comment.\n---\n" + ACCOUNT.replace("name: app", "name: other"));
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void nothing_is_printed_if_a_later_file_is_wrong() throws IOException {
    write("a.yaml", ACCOUNT + "---\n" + POD);
    write("b.yaml", POD.replace("- name: web", "- name: [web]"));
    ProgramRun run = ProgramRun.of("inject", "-f", folder.toString());
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "webhook: "
                + folder.resolve("b.yaml")
                + ", document 1, line 8: pod/web cannot be injected: in its pod,"
                + " spec.containers[0].name must be a string, not an array\n");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void an_account_given_twice_the_same_way_is_one_account() throws IOException {
    Path file = write("a.yaml", ACCOUNT + "---\n" + POD);
    ProgramRun run =
        ProgramRun.of("inject", "-f", file.toString(), "--service-accounts", file.toString());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("AWS_ROLE_ARN");
  }

  @Test
  void settings_come_from_the_environment_as_they_do_for_the_server() throws IOException {
    Path file = write("a.yaml", POD);
    Path accounts = write("accounts.yaml", ACCOUNT);
    Map<String, String> environment =
        Map.of(
            "WEBHOOK_FLAG_SERVICE_ACCOUNTS", accounts.toString(),
            "WEBHOOK_FLAG_TOKEN_EXPIRATION", "7200",
            "WEBHOOK_FLAG_NAMESPACE", "eks",
            "WEBHOOK_FLAG_PORT", "not looked at here");
    ProgramRun run = ProgramRun.of(environment, "inject", "-f", file.toString());
    assertThat(run.err()).startsWith("pod/web (ServiceAccount default/app): injected");
    assertThat(run.out()).contains("expirationSeconds: 7200");
  }

  @Test
  void what_cannot_be_read_is_named() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path missing = folder.resolve("missing.yaml");
    Path pod = write("pod.yaml", POD);
    assertRefused(
        missing + " does not exist; give the file, a folder, or - for standard input",
        "inject",
        "-f",
        missing.toString());
    assertRefused(
        empty + " has no .yaml, .yml or .json file; give another folder",
        "inject",
        "-f",
        empty.toString());
    assertRefused(
        missing
            + " does not exist; give --service-accounts a file or folder of ServiceAccount"
            + " manifests",
        "inject",
        "-f",
        pod.toString(),
        "--service-accounts",
        missing.toString());
    assertRefused(
        "--filename=a\\u{0}b is not a path; give the path of a file", "inject", "-f", "a\0b");
  }

  private static void assertRefused(String sentence, String... arguments) {
    ProgramRun run = ProgramRun.of(arguments);
    assertThat(run.err()).isEqualTo("webhook: " + sentence + "\n");
    assertThat(run.out()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(2);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
