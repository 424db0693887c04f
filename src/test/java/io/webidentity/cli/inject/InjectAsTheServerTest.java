package io.webidentity.cli.inject;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.cli.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code inject} with what decides beside ServiceAccounts: the role policy, and Namespaces. */
final class InjectAsTheServerTest {
  private static final String INPUT =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: app, namespace: shop, annotations: {eks.amazonaws.com/role-arn: "%s"}}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop}
      spec: {serviceAccountName: app, containers: [{name: web}]}
      """
          .formatted("arn:aws:iam::111122223333:role/app");
  private static final String NAMESPACE =
      """
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop, labels: {team: a}, annotations: {%s}}
      """;
  private static final String BY_LABEL =
      """
      enforce: deny
      rules:
        - namespaceSelector: {matchLabels: {team: %s}}
          roles: ["arn:aws:iam::*:role/*"]
      """;

  @TempDir private Path folder;

  private Path input;
  private Path policy;

  @BeforeEach
  void files() throws IOException {
    input = Files.writeString(folder.resolve("input.yaml"), INPUT);
    policy = folder.resolve("policy.yaml");
  }

  @ParameterizedTest
  @CsvSource({
    "deny, 'rejected: pod_rejected:', role_denied:",
    "skip, 'left alone: identity_denied:', role_denied:",
    "audit, 'injected: role arn:aws:iam::111122223333:role/app', role_denied_audit:",
  })
  void the_role_policy_decides(String enforce, String outcome, String warning) throws IOException {
    Files.writeString(
        policy,
        """
        enforce: %s
        rules:
          - namespaces: ["*"]
            roles: ["arn:aws:iam::444455556666:role/*"]
        """
            .formatted(enforce));

    ProgramRun run = inject("--role-policy", policy.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.err())
        .contains("pod/web (ServiceAccount shop/app): " + outcome)
        .contains("pod/web: warning: " + warning);
    assertThat(run.out().contains("AWS_ROLE_ARN")).isEqualTo(enforce.equals("audit"));
  }

  @ParameterizedTest
  @CsvSource({"a, true", "b, false"})
  void a_policy_about_labels_takes_them_from_the_namespace_in_the_input(
      String team, boolean injected) throws IOException {
    Files.writeString(policy, BY_LABEL.formatted(team));
    Files.writeString(input, INPUT + NAMESPACE.formatted(""));

    ProgramRun run = inject("--role-policy", policy.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().contains("AWS_ROLE_ARN")).isEqualTo(injected);
    assertThat(run.err()).doesNotContain("namespace/shop");
  }

  @Test
  void a_namespace_that_decides_and_is_not_in_the_input_is_asked_for() throws IOException {
    Files.writeString(policy, BY_LABEL.formatted("a"));

    ProgramRun run = inject("--role-policy", policy.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "webhook: %s, document 2, line 5: pod/web cannot be decided: it depends on Namespace shop; add its manifest to the input\n"
                .formatted(input));
  }

  @Test
  void a_policy_that_cannot_be_read_is_an_error() {
    ProgramRun run = inject("--role-policy", policy.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "webhook: the role policy cannot be used: %s does not exist; put a role policy there\n"
                .formatted(policy));
  }

  @ParameterizedTest
  @CsvSource({"app, true", "other, false"})
  void annotations_of_the_namespace_allow_roles(String allowed, boolean injected)
      throws IOException {
    Files.writeString(
        input,
        INPUT + NAMESPACE.formatted("iam.amazonaws.com/allowed-roles: '[\"" + allowed + "\"]'"));

    ProgramRun run =
        inject(
            "--namespace-role-annotations", "--base-role-arn", "arn:aws:iam::111122223333:role/");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().contains("AWS_ROLE_ARN")).isEqualTo(injected);
  }

  @Test
  void annotations_of_the_namespace_are_defaults() throws IOException {
    Files.writeString(
        input, INPUT + NAMESPACE.formatted("eks.amazonaws.com/audience: of-the-namespace"));

    assertThat(inject().out()).contains("audience: sts.amazonaws.com");
    assertThat(inject("--namespace-defaults").out()).contains("audience: of-the-namespace");
  }

  private ProgramRun inject(String... flags) {
    String[] all = new String[flags.length + 3];
    all[0] = "inject";
    all[1] = "-f";
    all[2] = input.toString();
    System.arraycopy(flags, 0, all, 3, flags.length);
    return ProgramRun.of(all);
  }
}
