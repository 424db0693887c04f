package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.node.CertManager;
import io.webidentity.testing.node.Kubectl;
import io.webidentity.testing.node.TestNode;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Installed and removed by kubectl alone. */
@OnRealNode
class ManifestsInstallationTest {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private final TestNode node;
  private final KubernetesClient client;
  private final Kubectl kubectl;

  ManifestsInstallationTest(TestNode node) {
    this.node = node;
    this.client = node.cluster().client();
    this.kubectl = Kubectl.of(node);
  }

  @BeforeEach
  void load() {
    node.load(ChartInstallation.IMAGE);
  }

  @Test
  void manifests_install_the_webhook_and_removed_leave_pods_alone() {
    AccountKey account = ChartInstallation.newAccount(node.cluster());
    apply("manifests");
    try {
      awaitInjected(account);
      String caBundles = caBundles();

      apply("manifests");
      assertThat(caBundles()).as("after a second apply").isEqualTo(caBundles).isNotBlank();
    } finally {
      delete("manifests");
    }
    assertPlain(account);
  }

  @Test
  void certs_install_it_with_cert_manager() {
    AccountKey account = ChartInstallation.newAccount(node.cluster());
    try (CertManager _ = CertManager.start(node)) {
      apply("certs");
      try {
        awaitInjected(account);
        assertThat(client.rbac().clusterRoles().withName("web-identity-webhook-ca-bundle").get())
            .as("the right to patch the configuration")
            .isNull();
      } finally {
        delete("certs");
      }
    }
    assertPlain(account);
  }

  private void apply(String folder) {
    kubectl.run("apply", "-k", path(folder)).requireSuccess();
    kubectl
        .run(
            "rollout",
            "status",
            "deployment/web-identity-webhook",
            "--namespace=web-identity",
            "--timeout=" + DEADLINE.toSeconds() + "s")
        .requireSuccess();
  }

  private void delete(String folder) {
    kubectl
        .run("delete", "-k", path(folder), "--timeout=" + DEADLINE.toSeconds() + "s")
        .requireSuccess();
  }

  private static String path(String folder) {
    return Path.of(folder).toAbsolutePath().toString();
  }

  private void awaitInjected(AccountKey account) {
    Awaitility.await("a pod is injected")
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(100))
        .until(() ->
            ChartInstallation.hasCredentials(
                client.resource(ChartInstallation.pod(account)).dryRun().create()));
  }

  private String caBundles() {
    return kubectl
        .run(
            "get",
            "mutatingwebhookconfiguration",
            "web-identity-webhook",
            "--output=jsonpath={.webhooks[*].clientConfig.caBundle}")
        .requireSuccess()
        .output();
  }

  /** The webhook is gone, and a pod is created as if it had never been there. */
  private void assertPlain(AccountKey account) {
    Pod created = client.resource(ChartInstallation.pod(account)).create();

    assertThat(ChartInstallation.hasCredentials(created)).isFalse();
    client.resource(created).withGracePeriod(0).delete();
  }
}
