package io.webidentity.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.testing.node.TestNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The webhook has no replica, with failurePolicy Fail. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebhookOutageTest {
  private final StoragePlatform platform;
  private final Team team;
  private final String account;

  WebhookOutageTest(StoragePlatform platform) {
    this.platform = platform;
    this.team = new Team(platform.cluster());
    this.account = team.newAccount(StorageRole.REPORTS);
  }

  @BeforeEach
  void stopWebhook() {
    platform.webhook().stop();
  }

  @AfterEach
  void startWebhook() {
    platform.webhook().start();
  }

  @Test
  void a_pod_is_refused_not_created_without_credentials_until_the_webhook_is_back() {
    Pod pod = application("of-an-outage");

    assertThatThrownBy(() -> team.create(pod))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("failed calling webhook")
        .hasMessageContaining("pod-identity-webhook.amazonaws.com");
    assertThat(platform.cluster().client().resource(pod).get()).isNull();

    platform.webhook().start();

    Team.Ended ended = team.run(pod);
    assertThat(ended.phase()).as(ended.log()).isEqualTo("Succeeded");
    assertThat(platform.store().keys(StorageRole.REPORTS)).contains("of-an-outage");
  }

  @Test
  void a_pod_that_opted_out_starts_all_the_same() {
    Pod pod =
        new PodBuilder(team.pod(account, Team.container("opted-out", TestNode.BUSYBOX)))
            .editMetadata()
            .addToLabels("eks.amazonaws.com/skip-pod-identity-webhook", "true")
            .endMetadata()
            .build();

    assertThat(WebhookInstallation.injected(team.create(pod))).isFalse();
  }

  private Pod application(String key) {
    return team.pod(
        account,
        Team.container("python", ApplicationImages.PYTHON, StorageRole.REPORTS.bucket(), key));
  }
}
