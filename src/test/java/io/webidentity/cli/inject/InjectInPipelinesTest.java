package io.webidentity.cli.inject;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.cli.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code inject} is to a pipeline: its exit code, and kinds that it does not know. */
class InjectInPipelinesTest {
  private static final String ACCOUNT =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: app, annotations: {eks.amazonaws.com/role-arn: "%s"}}
      """;
  private static final String POD =
      """
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web}
      spec: {serviceAccountName: ACCOUNT, containers: [{name: web, image: "web:1"}]}
      """;
  private static final String ROLLOUT =
      """
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata: {name: web}
      spec:
        template:
          spec: {serviceAccountName: app, containers: [{name: web, image: "web:1"}]}
      """;
  private static final String OTHERS =
      """
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings}
      data: {image: "web:1"}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {ports: [{port: 80}]}
      """;
  private static final String ROLE = "arn:aws:iam::111122223333:role/app";

  @ParameterizedTest
  @CsvSource({
    "arn:aws:iam::111122223333:role/app, app, 0, 0",
    "arn:aws:iam::1234:role/app, app, 0, 1",
    "arn:aws:iam::111122223333:role/app, other, 0, 1"
  })
  void strict_fails_of_a_warning_and_if_nothing_was_injected(
      String role, String account, int code, int strict) {
    String input = ACCOUNT.formatted(role) + POD.replace("ACCOUNT", account);

    ProgramRun usual = run(input);
    ProgramRun careful = run(input, "--strict");

    assertThat(usual.exitCode()).isEqualTo(code);
    assertThat(careful.exitCode()).isEqualTo(strict);
    assertThat(careful.out()).isEqualTo(usual.out()).contains("kind: Pod");
    assertThat(careful.err()).isEqualTo(usual.err());
  }

  @ParameterizedTest
  @CsvSource({"app, 1", "other, 0"})
  void differences_have_an_exit_code_when_asked_for(String account, int code) {
    String input = ACCOUNT.formatted(ROLE) + POD.replace("ACCOUNT", account);

    assertThat(run(input, "--diff").exitCode()).isZero();
    ProgramRun run = run(input, "--diff", "--exit-code");
    assertThat(run.exitCode()).isEqualTo(code);
    assertThat(run.out().isEmpty()).isEqualTo(code == 0);
    assertThat(run(input, "--exit-code").err()).contains("--diff");
  }

  @Test
  void a_kind_that_makes_pods_and_is_not_known_is_named_with_what_helps() {
    ProgramRun run = run(ACCOUNT.formatted(ROLE) + ROLLOUT + OTHERS);

    assertThat(run.err())
        .isEqualTo(
            "rollout/web: left alone: its kind is not known, so its pods are injected when they"
                + " are created; to inject it here, name its pod template with"
                + " --pod-template-path\n");
    assertThat(run.out()).doesNotContain("AWS_ROLE_ARN");
  }

  @Test
  void the_path_of_its_pod_template_makes_it_known() {
    ProgramRun run =
        run(
            ACCOUNT.formatted(ROLE) + ROLLOUT + OTHERS,
            "--pod-template-path",
            "spec.other",
            "--pod-template-path",
            "spec.template");

    assertThat(run.err()).contains("rollout/web (ServiceAccount default/app): injected");
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.out()).contains("AWS_ROLE_ARN", "aws-iam-token", "kind: ConfigMap");
  }

  @ParameterizedTest
  @ValueSource(strings = {"spec..template", ".spec", "spec[0]", "spec/template"})
  void what_is_no_path_is_refused(String path) {
    ProgramRun run = run(ACCOUNT.formatted(ROLE), "--pod-template-path", path);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--pod-template-path", path, "spec.template");
    assertThat(run.err().lines()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://u:secret@example.com/app.yaml", "http://example.com/a.yaml"})
  void a_url_is_refused_in_one_sentence_without_its_password(String url) {
    ProgramRun run = ProgramRun.of("inject", "-f", url);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("is a URL", "example.com").doesNotContain("secret");
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void a_file_may_begin_with_a_long_comment(@TempDir Path folder) throws IOException {
    Path first = Files.writeString(folder.resolve("a.yaml"), ACCOUNT.formatted(ROLE));
    String comment = "# licence\n".repeat(5_000);
    Path second =
        Files.writeString(folder.resolve("b.yaml"), comment + POD.replace("ACCOUNT", "app"));

    ProgramRun run = ProgramRun.of("inject", "-f", first.toString(), "-f", second.toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("AWS_ROLE_ARN", comment);
  }

  @Test
  void folders_within_a_folder_are_read_when_asked_for(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("account.yaml"), ACCOUNT.formatted(ROLE));
    Path within = Files.createDirectories(folder.resolve("team").resolve("a"));
    Files.writeString(within.resolve("pod.yml"), POD.replace("ACCOUNT", "app"));
    Path hidden = Files.createDirectories(folder.resolve(".git"));
    Files.writeString(hidden.resolve("pod.yaml"), "not: [a, manifest");

    ProgramRun flat = ProgramRun.of("inject", "-f", folder.toString());
    ProgramRun deep = ProgramRun.of("inject", "-R", "-f", folder.toString());

    assertThat(flat.exitCode() + deep.exitCode()).isZero();
    assertThat(flat.err()).isEmpty();
    assertThat(deep.err()).contains("pod/web (ServiceAccount default/app): injected");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "# Nothing here yet.\n", "---\n", "---\n# A comment.\n---\nnull\n", "\uFEFF"})
  void an_input_without_an_object_is_an_error_that_names_it(String input, @TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("empty.yaml"), input);
    Path full = Files.writeString(folder.resolve("account.yaml"), ACCOUNT.formatted(ROLE));

    assertRefused(run(input), "standard input");
    assertRefused(ProgramRun.of("inject", "-f", file.toString()), file.toString());
    assertRefused(
        ProgramRun.of("inject", "-f", full.toString(), "-f", folder + "//empty.yaml"),
        file.toString());
    assertRefused(ProgramRun.of("explain", "-f", file.toString()), file.toString());
  }

  private static void assertRefused(ProgramRun run, String name) {
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "webhook: " + name + " has no Kubernetes object; give manifests that have one\n");
  }

  @Test
  void files_of_a_folder_may_be_empty_but_not_all_of_them(@TempDir Path folder) throws IOException {
    Path within = Files.createDirectories(folder.resolve("team"));
    Files.writeString(within.resolve("a.yaml"), "# Nothing here yet.\n");
    Files.writeString(within.resolve("b.yaml"), "---\n");

    assertRefused(ProgramRun.of("inject", "-R", "-f", folder.toString()), folder.toString());

    Files.writeString(folder.resolve("c.yaml"), ACCOUNT.formatted(ROLE));
    ProgramRun run = ProgramRun.of("inject", "-R", "-f", folder.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("# Nothing here yet.", "kind: ServiceAccount");
  }

  @Test
  void documents_of_json_may_follow_each_other_as_jq_writes_them() {
    String account =
        """
        {
          "kind": "ServiceAccount",
          "metadata": {"name": "app", "annotations": {"eks.amazonaws.com/role-arn": "%s"}}
        }
        """
            .formatted(ROLE);
    String pod =
        """
        {"kind": "Pod", "spec": {"serviceAccountName": "app", "containers": [{"name": "web"}]}}
        """;

    ProgramRun run = run(pod + account + pod);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err().lines())
        .hasSize(2)
        .allMatch(line -> line.contains("injected: role " + ROLE));
    assertThat(run.out()).contains("}\n" + account + "{\"kind\": \"Pod\"");
    assertThat(run(run.out()).out()).isEqualTo(run.out());
  }

  private static ProgramRun run(String input, String... more) {
    String[] arguments =
        Stream.concat(Stream.of("inject", "-f", "-"), Stream.of(more)).toArray(String[]::new);
    return ProgramRun.of(Map.of(), input.getBytes(UTF_8), arguments);
  }
}
