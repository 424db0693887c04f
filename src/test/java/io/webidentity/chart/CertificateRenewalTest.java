package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.chart.PodStream.Counts;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.node.CertManager;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.TestNode;
import io.webidentity.testing.server.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates in mounted Secrets are renewed while 50 pods a second are created, as fast as
 * kubelet brings them into the pods. docs/operate.md has the figures that are printed.
 */
@OnRealNode
class CertificateRenewalTest {
  /** Kubelet brings a changed Secret at its next look at the pod, every 60 to 90 s. */
  private static final Duration DEADLINE = Duration.ofMinutes(4);

  private static final int RENEWALS = 2;
  private static final String EXPIRY = "webidentity_certificate_expiry_timestamp_seconds";

  @TempDir Path folder;

  private final TestNode node;
  private final TestCluster cluster;
  private final KubernetesClient client;
  private final TestIssuers issuers;

  CertificateRenewalTest(TestNode node) {
    this.node = node;
    this.cluster = node.cluster();
    this.client = cluster.client();
    this.issuers = new TestIssuers(client);
  }

  @Test
  void a_secret_gets_other_certificates_of_its_authority_without_a_gap() throws IOException {
    TestAuthority authority = new TestAuthority();
    String namespace = ChartInstallation.restrictedNamespace(cluster);
    issuers.write(authority, namespace);
    Path values =
        Files.writeString(
            folder.resolve("values.yaml"), CertificateSourcesTest.secretValues(authority));
    try (ChartInstallation webhook =
        ChartInstallation.in(
            namespace,
            node,
            Helm.of(node),
            "--values=" + values,
            "--set=webhook.failurePolicy=Fail")) {
      assertRenewedWithoutAGap(
          "renewals of a Secret", webhook, () -> issuers.write(authority, namespace));
    }
  }

  @Test
  void cert_manager_renews_its_certificate_without_a_gap() {
    try (CertManager _ = CertManager.start(node);
        ChartInstallation webhook =
            ChartInstallation.of(
                node,
                Helm.of(node),
                "--set=certificate.source=certManager",
                "--set=webhook.failurePolicy=Fail")) {
      assertRenewedWithoutAGap(
          "renewals by cert-manager",
          webhook,
          () -> issuers.renew(webhook.namespace(), ChartInstallation.NAME));
    }
  }

  private void assertRenewedWithoutAGap(String what, ChartInstallation webhook, Runnable renewal) {
    try (PodStream stream = new PodStream(client, webhook.newAccount())) {
      for (int i = 0; i < RENEWALS; i++) {
        Set<Double> before = expiries(webhook);
        renewal.run();
        Awaitility.await("every replica serves another certificate")
            .atMost(DEADLINE)
            .pollInterval(Duration.ofMillis(500))
            .until(() -> expiries(webhook).stream().noneMatch(before::contains));
      }
      Counts counts = stream.stop();

      System.out.printf("%s (%d certificates): %s%n", what, RENEWALS, counts);
      assertThat(counts.injected()).isPositive();
      assertThat(counts.missed()).isZero();
      assertThat(counts.rejected()).as(counts.toString()).isZero();
    }
  }

  /** When the certificates expire that the replicas serve, in seconds since 1970. */
  private static Set<Double> expiries(ChartInstallation webhook) {
    return webhook.replicas().stream()
        .map(replica -> webhook.metric(replica, EXPIRY).orElseThrow())
        .collect(Collectors.toSet());
  }
}
