package io.webidentity.cli.inject;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.account.AccountKey;
import io.webidentity.cli.ProgramRun;
import io.webidentity.kubernetes.FakeApiServer;
import io.webidentity.testing.cluster.Kubeconfig;
import io.webidentity.testing.server.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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

  @Test
  void the_role_map_decides_where_an_account_has_no_annotation() throws IOException {
    Files.writeString(input, INPUT.replaceFirst(", annotations: [^\n]*\\}\\}", "}"));
    Path map =
        Files.writeString(
            folder.resolve("roles.json"),
            "{\"shop/*\":{},\"*/app\":{\"RoleARN\":\"arn:aws:iam::111122223333:role/mapped\",\"Audience\":\"vault\"}}");

    assertThat(inject().err()).contains("no_role");
    ProgramRun run = inject("--role-map", map.toString());

    assertThat(run.err()).contains("injected: role arn:aws:iam::111122223333:role/mapped");
    assertThat(run.out()).contains("audience: vault");
  }

  @Test
  void a_role_map_that_cannot_be_used_is_an_error_that_names_the_file() throws IOException {
    Path map = Files.writeString(folder.resolve("roles.json"), "[]");

    ProgramRun run = inject("--role-map", map.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(map.toString());
    assertThat(run.out()).isEmpty();
    assertThat(inject("--role-map", folder.resolve("none").toString()).err())
        .contains("none does not exist; give another file");
  }

  @Test
  void accounts_that_are_not_among_the_manifests_are_asked_for_in_the_cluster() throws Exception {
    Files.writeString(input, INPUT.substring(INPUT.indexOf("---")));
    TestAuthority authority = new TestAuthority();
    try (FakeApiServer api = FakeApiServer.stopped()) {
      api.start(authority.serverContext("localhost"));
      api.put(
          new AccountKey("shop", "app"),
          Map.of("eks.amazonaws.com/role-arn", "arn:aws:iam::111122223333:role/live"));
      Path kubeconfig =
          new Kubeconfig(
                  URI.create("https://localhost:" + api.url().getPort()),
                  authority.pem(),
                  "secret-token")
              .writeTo(folder.resolve("kubeconfig"));

      assertThat(inject().err()).contains("give --service-accounts or --kubeconfig");
      ProgramRun run = inject("--kubeconfig", kubeconfig.toString());

      assertThat(run.exitCode()).isZero();
      assertThat(run.err()).contains("injected: role arn:aws:iam::111122223333:role/live");

      api.delete(new AccountKey("shop", "app"));
      assertThat(inject("--kubeconfig", kubeconfig.toString()).err())
          .contains("service_account_not_found");
    }
    assertThat(inject("--kubeconfig", folder.resolve("none").toString()).err())
        .contains("--kubeconfig: ");
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
