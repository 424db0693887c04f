package io.webidentity.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.audit.ClusterView;
import io.webidentity.cli.cluster.Check.Status;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.testing.server.ObjectServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an API server refuses to take, or takes in many forms; the others need a real one. */
class ConfigurationChecksTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  /** API servers have kept those of before Kubernetes 1.22. */
  @ParameterizedTest
  @CsvSource({"None, PASSED", "NoneOnDryRun, PASSED", "Unknown, FAILED", "Some, FAILED"})
  void side_effects_must_let_dry_runs_through(String declared, Status status) throws Exception {
    assertThat(checked("side-effects", "\"sideEffects\": \"%s\"".formatted(declared)))
        .isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "1, Fail, WARNING",
    "2, Ignore, WARNING",
    "3, Fail, PASSED",
    "29, Fail, PASSED",
    "30, Fail, WARNING",
    "30, Ignore, PASSED"
  })
  void a_timeout_may_be_too_short_or_too_long(int seconds, String policy, Status status)
      throws Exception {
    String webhook = "\"timeoutSeconds\": %d, \"failurePolicy\": \"%s\"".formatted(seconds, policy);
    assertThat(checked("timeout", webhook)).isEqualTo(status);
  }

  /** A star of resources has no subresources, and one of subresources has the resource, too. */
  @ParameterizedTest
  @CsvSource({
    "v1, CREATE, pods, *, PASSED",
    "*, *, *, Namespaced, PASSED",
    "v1, CREATE, */*, *, PASSED",
    "v1, CREATE, pods/*, *, PASSED",
    "v1, CREATE, pods/status, *, FAILED",
    "v1, CREATE, */status, *, FAILED",
    "v1, UPDATE, pods, *, FAILED",
    "v2, CREATE, pods, *, FAILED",
    "v1, CREATE, pods, Cluster, FAILED"
  })
  void a_rule_counts_as_the_api_server_reads_it(
      String version, String operation, String resource, String scope, Status status)
      throws Exception {
    String rule =
        """
        "rules": [{"apiGroups": [""], "apiVersions": ["%s"], "operations": ["%s"],
            "resources": ["%s"], "scope": "%s"}]
        """
            .formatted(version, operation, resource, scope);
    assertThat(checked("rules", rule)).isEqualTo(status);
  }

  private Status checked(String name, String webhook) throws Exception {
    JsonNode configuration =
        JSON.readTree(
            """
            {"metadata": {"name": "ours"}, "webhooks": [{"name": "a.webidentity.io", %s}]}
            """
                .formatted(webhook));
    Checks checks = new Checks();
    try (ObjectServer server =
            ObjectServer.start()
                .with(
                    "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
                    1,
                    _ -> configuration.toString())
                .with("/api/v1/namespaces", 1, _ -> "{\"metadata\": {\"name\": \"shop\"}}");
        ApiObjects api =
            ApiObjects.connect(
                new AccountSourceSettings.Cluster(
                    Optional.of(server.kubeconfig(folder.resolve("kubeconfig"))),
                    Optional.empty(),
                    Duration.ofSeconds(10)))) {
      ClusterView cluster = new ClusterView(api);
      new ConfigurationChecks(checks, cluster).examine(cluster.webhooks().getFirst());
    }
    return checks.all().stream()
        .filter(check -> check.name().equals(name))
        .map(Check::status)
        .findFirst()
        .orElseThrow();
  }
}
