package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.TestNode;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** With failurePolicy Fail, what must start all the same starts while no replica is there. */
@OnRealNode
class ChartFailurePolicyTest {
  private final TestNode node;
  private final KubernetesClient client;

  ChartFailurePolicyTest(TestNode node) {
    this.node = node;
    this.client = node.cluster().client();
  }

  @Test
  void without_a_replica_only_the_pods_that_the_webhook_is_for_are_refused() {
    try (ChartInstallation webhook =
        ChartInstallation.of(
            node,
            Helm.of(node),
            "--set=certificate.source=builtIn",
            "--set=webhook.failurePolicy=Fail")) {
      AccountKey account = webhook.newAccount();
      webhook.deployment().scale(0);
      Awaitility.await("no replica answers")
          .atMost(Duration.ofMinutes(2))
          .until(() -> refused(ChartInstallation.pod(account)));

      assertThatThrownBy(() -> create(ChartInstallation.pod(account)))
          .hasMessageContaining("failed calling webhook \"pods.web-identity-webhook");
      assertThat(create(inKubeSystem())).isNotNull();
      assertThat(create(UnaffectedPods.mirrorPod(account.namespace()))).isNotNull();
      assertThat(create(UnaffectedPods.optedOut(account))).isNotNull();

      webhook.deployment().scale(2);
      webhook.awaitRolledOut();
      webhook.awaitReady();
    }
    assertThat(create(ChartInstallation.pod(new AccountKey("default", "default")))).isNotNull();
  }

  private Pod create(Pod pod) {
    return client.resource(pod).dryRun().create();
  }

  private boolean refused(Pod pod) {
    try {
      create(pod);
      return false;
    } catch (KubernetesClientException e) {
      return true;
    }
  }

  private static Pod inKubeSystem() {
    return ChartInstallation.pod(new AccountKey("kube-system", "default"));
  }
}
