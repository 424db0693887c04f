package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.AdmissionConfiguration;
import io.webidentity.testing.node.CertManager;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.TestNode;
import io.webidentity.testing.server.TestAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The chart with {@code values-hardened.yaml}, on a node of its own, whose API server has a client
 * certificate for the webhook: docs/security.md, step by step.
 */
@Tag("chart")
class ClientAuthorityTest {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final String NAMESPACE = "web-identity";
  private static final String WEBHOOK = ChartInstallation.NAME + "." + NAMESPACE + ".svc";

  /** Named in the file. */
  private static final String AUTHORITY = "api-servers";

  private static final Path HARDENED = ChartInstallation.CHART.resolve("values-hardened.yaml");
  private static final String BUSYBOX_SPEAKS = "--set=extraArgs={--tls-min-version=1.2}";
  private static final String ROLE = "arn:aws:iam::111122223333:role/reports";
  private static final String OTHER_AUTHORITY = "others";
  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

  @TempDir Path folder;

  private final TestAuthority clients = new TestAuthority();
  private TestNode node;
  private KubernetesClient client;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.start(List.of(AdmissionConfiguration.clientOf(folder, WEBHOOK, clients)));
    client = node.cluster().client();
    ChartInstallation.restrictedNamespace(node.cluster(), NAMESPACE);
    labelZone(client.nodes().list().getItems().getFirst());
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(AUTHORITY)
                .endMetadata()
                .withData(Map.of("ca.crt", clients.pem()))
                .build())
        .create();
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(OTHER_AUTHORITY)
                .endMetadata()
                .withStringData(Map.of("ca.crt", new TestAuthority().pem()))
                .build())
        .create();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void only_the_api_server_may_ask() {
    try (CertManager _ = CertManager.start(node);
        ChartInstallation webhook =
            ChartInstallation.in(
                NAMESPACE,
                node,
                Helm.of(node),
                "--values=" + HARDENED.toAbsolutePath(),
                BUSYBOX_SPEAKS,
                "--set=clientCA.names={kube-apiserver," + TestAuthority.LEAF + "}",
                "--set=rolePolicy.policy.rules[1].namespaces={*}",
                "--set=rolePolicy.policy.rules[1].roles={%s}".formatted(ROLE))) {
      AccountKey account = webhook.newAccount();
      Pod asking = client.resource(asking(account, webhook.replicas().getFirst())).create();

      assertThat(ChartInstallation.hasCredentials(asking)).isTrue();
      assertThat(logOf(asking))
          .containsSubsequence(
              "/mutate:", "403 Forbidden", "/healthz:", "200 OK", "/readyz:", "200 OK");
      assertThat(webhook.test().requireSuccess().toString()).contains("AWS_ROLE_ARN");
      assertThat(webhook.replicas()).hasSize(2);
      AccountKey other = new AccountKey(account.namespace(), "other");
      node.cluster()
          .createAccount(other, Map.of("eks.amazonaws.com/role-arn", ROLE + "-of-others"));
      assertThatThrownBy(() -> webhook.isInjected(other))
          .hasMessageContaining(ROLE + "-of-others")
          .hasMessageContaining("role policy");

      // That the API server was let in is owed to its certificate.
      webhook
          .upgrade(
              "--reuse-values",
              "--set=clientCA.configMap=,clientCA.secret=" + OTHER_AUTHORITY,
              "--set=extraArgs={--tls-min-version=1.3}")
          .requireSuccess();
      // Replicas that end serve on for a while.
      Awaitility.await("API servers are refused")
          .atMost(DEADLINE)
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(() ->
              assertThatThrownBy(() -> webhook.isInjected(account))
                  .hasMessageContaining("failed calling webhook")
                  .hasMessageContaining("not a valid one of the CAs"));
    }
  }

  private void labelZone(Node found) {
    client
        .resource(found)
        .edit(current ->
            current
                .edit()
                .editMetadata()
                .addToLabels("topology.kubernetes.io/zone", "zone-a")
                .endMetadata()
                .build());
  }

  /**
   * A pod that talks to a replica without a client certificate. Whose the replica's certificate is
   * busybox does not look at; that is the matter of other tests.
   */
  private static Pod asking(AccountKey account, Pod replica) {
    String script =
        """
        ask() {
          echo "$1:"
          path=$1
          shift
          wget -S -O /dev/null --no-check-certificate "$@" "https://$REPLICA:8443$path" 2>&1
        }
        ask /mutate --header 'Content-Type: application/json' --post-data '{}'
        ask /healthz
        ask /readyz
        """;
    return new PodBuilder(ChartInstallation.pod(account))
        .editSpec()
        .withRestartPolicy("Never")
        .editFirstContainer()
        .withCommand("/bin/sh", "-c", script)
        .addNewEnv()
        .withName("REPLICA")
        .withValue(replica.getStatus().getPodIP())
        .endEnv()
        .endContainer()
        .endSpec()
        .build();
  }

  private String logOf(Pod pod) {
    Awaitility.await("the pod has ended")
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> ENDED.contains(client.resource(pod).get().getStatus().getPhase()));
    return client
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .getLog();
  }
}
