package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.node.CertManager;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.TestNode;
import io.webidentity.testing.server.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart with each source of certificates: installed, tested, used, and uninstalled. */
@OnRealNode
class CertificateSourcesTest {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  @TempDir Path folder;

  private final TestNode node;
  private final TestCluster cluster;
  private final KubernetesClient client;
  private final TestIssuers issuers;

  CertificateSourcesTest(TestNode node) {
    this.node = node;
    this.cluster = node.cluster();
    this.client = cluster.client();
    this.issuers = new TestIssuers(client);
  }

  @Test
  void certificates_of_cert_manager() {
    try (CertManager _ = CertManager.start(node);
        ChartInstallation webhook = install("--set=certificate.source=certManager")) {
      assertWorks(webhook);
      assertLeavesNothing(webhook);
    }
  }

  @Test
  void certificates_of_an_issuer_that_is_there() {
    try (CertManager certManager = CertManager.start(node)) {
      issuers.corporate(certManager);
      try (ChartInstallation webhook =
          install(
              "--set=certificate.source=issuer",
              "--set=certificate.issuerRef.kind=ClusterIssuer",
              "--set=certificate.issuerRef.name=" + TestIssuers.NAME)) {
        assertWorks(webhook);
        assertLeavesNothing(webhook);
      }
    }
  }

  @Test
  void a_certificate_in_a_secret_that_is_there() throws IOException {
    TestAuthority authority = new TestAuthority();
    String namespace = ChartInstallation.restrictedNamespace(cluster);
    issuers.write(authority, namespace);
    Path values = Files.writeString(folder.resolve("values.yaml"), secretValues(authority));
    try (ChartInstallation webhook =
        ChartInstallation.in(namespace, node, Helm.of(node), "--values=" + values)) {
      assertWorks(webhook);
      assertLeavesNothing(webhook);
      assertThat(client.secrets().inNamespace(namespace).withName(TestIssuers.NAME).get())
          .as("the Secret, which is not the chart's")
          .isNotNull();
    }
  }

  @Test
  void certificates_of_its_own_with_helm_3() {
    try (ChartInstallation webhook =
        ChartInstallation.of(node, Helm.version3(node), "--set=certificate.source=builtIn")) {
      assertWorks(webhook);
      assertLeavesNothing(webhook);
    }
  }

  @Test
  void where_cert_manager_is_not_there_auto_means_certificates_of_its_own() {
    try (ChartInstallation webhook = install("--set=certificate.source=auto")) {
      assertThat(arguments(webhook)).anyMatch(flag -> flag.startsWith("--tls-secret="));
      assertWorks(webhook);
      assertLeavesNothing(webhook);
    }
  }

  @Test
  void where_cert_manager_is_there_auto_means_its_certificates() {
    try (CertManager _ = CertManager.start(node);
        ChartInstallation webhook = install("--set=certificate.source=auto")) {
      assertThat(arguments(webhook)).noneMatch(flag -> flag.startsWith("--tls-secret="));
      assertWorks(webhook);
      assertLeavesNothing(webhook);
    }
  }

  /** Neither takes the other's Secret for its own: cert-manager's outlive their Certificates. */
  @Test
  void sources_follow_one_another_in_one_namespace() {
    String namespace = ChartInstallation.restrictedNamespace(cluster);
    try (CertManager _ = CertManager.start(node)) {
      installUseAndRemove(namespace, "certManager");
      assertThat(client.secrets().inNamespace(namespace).list().getItems())
          .as("Secrets that cert-manager leaves behind")
          .extracting(secret -> secret.getMetadata().getName())
          .contains(ChartInstallation.NAME + "-tls");

      installUseAndRemove(namespace, "builtIn");
      installUseAndRemove(namespace, "certManager");
    }
  }

  private void installUseAndRemove(String namespace, String source) {
    try (ChartInstallation webhook =
        ChartInstallation.in(
            namespace, node, Helm.of(node), "--set=certificate.source=" + source)) {
      assertWorks(webhook);
    }
  }

  static String secretValues(TestAuthority authority) {
    return "certificate:\n  source: secret\n  secretName: %s\n  caBundle: |\n%s"
        .formatted(TestIssuers.NAME, authority.pem().indent(4));
  }

  private ChartInstallation install(String... flags) {
    return ChartInstallation.of(node, Helm.of(node), flags);
  }

  private static List<String> arguments(ChartInstallation webhook) {
    return webhook
        .deployment()
        .get()
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getArgs();
  }

  private void assertWorks(ChartInstallation webhook) {
    // Helm shows the log of a hook on standard error.
    assertThat(webhook.test().requireSuccess().toString())
        .contains("AWS_ROLE_ARN", "arn:aws:iam::000000000000:role/helm-test")
        .contains("token subject", "system:serviceaccount:" + webhook.namespace());
    Pod created = client.resource(ChartInstallation.pod(webhook.newAccount())).create();
    assertThat(ChartInstallation.hasCredentials(created)).isTrue();
    awaitRunning(created);
    client.resource(created).withGracePeriod(0).delete();
  }

  private void assertLeavesNothing(ChartInstallation webhook) {
    AccountKey account = webhook.newAccount();
    webhook.close();

    Leftovers leftovers = new Leftovers(client);
    Awaitility.await("nothing is left of the release")
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptionsMatching(CertificateSourcesTest::isAskedToComeBack)
        .untilAsserted(() -> assertThat(leftovers.find()).isEmpty());
    Pod created = client.resource(ChartInstallation.pod(account)).create();
    assertThat(ChartInstallation.hasCredentials(created)).isFalse();
    awaitRunning(created);
    client.resource(created).withGracePeriod(0).delete();
  }

  /**
   * API servers answer so for a kind that was defined a moment ago, while they set its storage up.
   */
  private static boolean isAskedToComeBack(Throwable e) {
    return e instanceof KubernetesClientException answered && answered.getCode() == 429;
  }

  private void awaitRunning(Pod pod) {
    Awaitility.await("the pod runs")
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> "Running".equals(client.resource(pod).get().getStatus().getPhase()));
  }
}
