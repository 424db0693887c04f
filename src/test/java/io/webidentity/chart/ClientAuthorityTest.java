package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.AdmissionConfiguration;
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
 * The chart with {@code clientCA}, on a node of its own, whose API server has a client certificate
 * for the webhook: docs/security.md, step by step.
 */
@Tag("chart")
class ClientAuthorityTest {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final String NAMESPACE = "web-identity";
  private static final String WEBHOOK = ChartInstallation.NAME + "." + NAMESPACE + ".svc";
  private static final String AUTHORITY = "api-servers";
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
    try (ChartInstallation webhook =
        ChartInstallation.in(
            NAMESPACE,
            node,
            Helm.of(node),
            "--set=certificate.source=builtIn",
            "--set=webhook.failurePolicy=Fail",
            "--set=clientCA.configMap=" + AUTHORITY,
            "--set=clientCA.names={kube-apiserver," + TestAuthority.LEAF + "}")) {
      AccountKey account = webhook.newAccount();
      Pod asking = client.resource(asking(account, webhook.replicas().getFirst())).create();

      assertThat(ChartInstallation.hasCredentials(asking)).isTrue();
      assertThat(logOf(asking))
          .containsSubsequence(
              "/mutate:", "403 Forbidden", "/healthz:", "200 OK", "/readyz:", "200 OK");
      assertThat(webhook.test().requireSuccess().toString()).contains("AWS_ROLE_ARN");

      // That the API server was let in is owed to its certificate.
      webhook
          .upgrade("--reuse-values", "--set=clientCA.configMap=,clientCA.secret=" + OTHER_AUTHORITY)
          .requireSuccess();
      // Replicas that end serve on for a while.
      Awaitility.await("API servers are refused")
          .atMost(DEADLINE)
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(() ->
              assertThatThrownBy(() -> webhook.isInjected(account))
                  .hasMessageContaining("failed calling webhook")
                  .hasMessageContaining("not a valid one of the authorities"));
    }
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
