package io.webidentity.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.InstalledWebhook;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.cluster.WebhookRegistration;
import io.webidentity.testing.server.WebhookProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A webhook in shadow mode beside another one, both called by a real API server. */
@RealCluster
class ShadowModeClusterTest {
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  @TempDir Path folder;

  private final TestCluster cluster;
  private final KubernetesClient client;

  ShadowModeClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
  }

  @Test
  void pods_are_those_of_the_other_webhook_and_the_difference_of_settings_is_seen()
      throws Exception {
    try (InstalledWebhook other = InstalledWebhook.with(cluster);
        WebhookProcess same = shadowOf(other);
        WebhookProcess unlike = shadowOf(other, "--aws-default-region=eu-central-1");
        WebhookRegistration _ = register(same, other);
        WebhookRegistration _ = register(unlike, other)) {
      AccountKey account = new AccountKey(other.namespace(), "reports");
      client.resource(Workloads.annotated(account)).create();

      Pod pod = client.pods().resource(Workloads.pod(account)).create();

      assertThat(Workloads.hasCredentials(pod, account)).isTrue();
      assertThat(pod.toString()).doesNotContain("AWS_REGION");
      awaitComparison(same, "same");
      awaitComparison(unlike, "different");
      for (WebhookProcess shadow : List.of(same, unlike)) {
        assertThat(shadow.metric("webidentity_shadow_decisions_total.*reason=\"injected\".*"))
            .isEqualTo(1);
        assertThat(shadow.metric("webidentity_shadow_comparisons_total.*")).isEqualTo(1);
        assertThat(shadow.metric("webidentity_decisions_total.*")).isZero();
      }
    }
  }

  @Test
  void a_pod_that_cannot_be_decided_on_is_created_all_the_same() throws Exception {
    try (InstalledWebhook other = InstalledWebhook.with(cluster)) {
      // An account without any right: every look-up is refused.
      AccountKey nobody = new AccountKey(cluster.newNamespace(), "default");
      try (WebhookProcess shadow =
          shadowOf(other, cluster.kubeconfigFor(nobody), new String[] {})) {
        shadow.launch();
        shadow.awaitAnswering();
        try (WebhookRegistration _ = register(shadow, other)) {
          AccountKey account = new AccountKey(other.namespace(), "reports");
          client.resource(Workloads.annotated(account)).create();

          Pod pod = client.pods().resource(Workloads.pod(account)).create();

          assertThat(Workloads.hasCredentials(pod, account)).isTrue();
          awaitComparison(shadow, "undecided");
        }
      }
    }
  }

  private void awaitComparison(WebhookProcess shadow, String result) {
    Awaitility.await(result)
        .atMost(DEADLINE)
        .until(
            () -> shadow.metric("webidentity_shadow_comparisons_total.*\"" + result + "\".*") == 1);
  }

  private WebhookProcess shadowOf(InstalledWebhook other, String... flags) throws Exception {
    WebhookProcess shadow = shadowOf(other, cluster.webhookKubeconfig(), flags);
    shadow.start();
    return shadow;
  }

  private WebhookProcess shadowOf(InstalledWebhook other, Path kubeconfig, String[] flags)
      throws Exception {
    Path authority = folder.resolve("other.crt");
    Files.writeString(authority, other.process().endpoint().authorityPem());
    List<String> all =
        new ArrayList<>(
            List.of(
                "--compare-with=" + other.process().localUrl(),
                "--compare-with-ca-file=" + authority));
    all.addAll(List.of(flags));
    return new WebhookProcess(cluster, kubeconfig, all);
  }

  private WebhookRegistration register(WebhookProcess shadow, InstalledWebhook other) {
    return cluster.registerShadow(shadow.endpoint(), List.of(other.namespace()));
  }
}
