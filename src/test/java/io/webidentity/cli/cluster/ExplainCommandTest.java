package io.webidentity.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.audit.Cause;
import io.webidentity.audit.PodState;
import io.webidentity.cli.ProgramRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code explain -f}; what a cluster answers is in {@link AuditCommandTest}. */
class ExplainCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String MANIFESTS =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata:
        name: orders
        annotations:
          eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/orders
          eks.amazonaws.com/token-expiration: "7200"
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: orders}
      spec:
        template:
          metadata:
            annotations:
              eks.amazonaws.com/token-expiration: "3600"
              eks.amazonaws.com/skip-containers: proxy
          spec:
            serviceAccountName: orders
            containers: [{name: app}, {name: proxy}]
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings}
      """;

  @TempDir private Path folder;

  @Test
  void each_step_is_a_sentence() {
    ProgramRun run = explain(MANIFESTS);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            deployment/orders in namespace default, ServiceAccount orders

            Flags that decide:
              those given here, and defaults

            Before any source is asked:
              The pod has no opt-out label, is no mirror pod and runs as a ServiceAccount.

            Sources, in the order in which they were asked:
              ServiceAccount: has a role

            Settings, and where each comes from:
              eks.amazonaws.com/token-expiration = 3600 (Pod annotation)
              eks.amazonaws.com/skip-containers = proxy (Pod annotation)
              eks.amazonaws.com/role-arn = arn:aws:iam::111122223333:role/orders (ServiceAccount annotation)
              eks.amazonaws.com/audience = sts.amazonaws.com (flag or default)
              eks.amazonaws.com/sts-regional-endpoints = false (flag or default)

            What becomes of a new pod:
              injected: The pod was given credentials.

            What becomes of its containers:
              app: container_injected: The container was given credentials.
              proxy: container_skipped: The annotation skip-containers names the container.
            """);
  }

  @Test
  void a_setting_that_was_ignored_is_a_warning_and_the_next_place_counts() throws IOException {
    JsonNode json =
        JSON.readTree(explain(MANIFESTS.replace("\"3600\"", "an hour"), "-o", "json").out())
            .path(0);

    assertThat(json.at("/warnings/0/reason").asText()).isEqualTo("token_expiration_invalid");
    assertThat(json.at("/warnings/0/remedy").asText()).startsWith("write seconds");
    assertThat(json.path("settings"))
        .filteredOn(setting -> setting.path("key").asText().endsWith("token-expiration"))
        .singleElement()
        .satisfies(setting -> {
          assertThat(setting.path("value").asText()).isEqualTo("7200");
          assertThat(setting.path("origin").asText()).isEqualTo("ServiceAccount annotation");
        });
  }

  @Test
  void a_pod_that_is_left_alone_before_any_source_is_asked_has_no_sources() throws IOException {
    String optedOut =
        MANIFESTS.replace(
            "annotations:\n        eks.amazonaws.com/token-expiration: \"3600\"\n",
            "labels: {eks.amazonaws.com/skip-pod-identity-webhook: x}\n      annotations:\n");
    assertThat(optedOut).isNotEqualTo(MANIFESTS);

    JsonNode json = JSON.readTree(explain(optedOut, "-o", "json").out()).path(0);

    assertThat(json.at("/decision/reason").asText()).isEqualTo("opted_out");
    assertThat(json.path("sources")).isEmpty();
    assertThat(json.path("settings")).isEmpty();
  }

  @Test
  void the_role_policys_verdict_is_told() throws IOException {
    Path policy = Files.writeString(folder.resolve("policy.yaml"), "rules: []");

    ProgramRun run = explain(MANIFESTS, "--role-policy", policy.toString());

    assertThat(run.out())
        .contains("role policy: denied: no rule is for this namespace", "identity_denied: ");
  }

  /** Every state and cause is a row of the page. */
  @Test
  void the_page_knows_every_code() throws IOException {
    String page = Files.readString(Path.of("docs", "explain.md"));

    assertThat(Arrays.stream(PodState.values()).map(PodState::code))
        .allSatisfy(code -> assertThat(page).contains("| `" + code + "` |"));
    assertThat(Arrays.stream(Cause.Code.values()).map(Cause.Code::code))
        .allSatisfy(code -> assertThat(page).contains("| `" + code + "` |"));
  }

  private static ProgramRun explain(String manifests, String... more) {
    String[] words = new String[more.length + 3];
    System.arraycopy(new String[] {"explain", "-f", "-"}, 0, words, 0, 3);
    System.arraycopy(more, 0, words, 3, more.length);
    return ProgramRun.of(Map.of(), manifests.getBytes(StandardCharsets.UTF_8), words);
  }
}
