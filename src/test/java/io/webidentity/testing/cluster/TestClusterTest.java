package io.webidentity.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@RealCluster
class TestClusterTest {
  private final TestCluster cluster;
  private final KubernetesClient client;

  TestClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
  }

  @Test
  void the_api_server_answers() {
    assertThat(client.getKubernetesVersion().getMajor()).isEqualTo("1");
    assertThat(client.namespaces().withName("kube-system").get()).isNotNull();
  }

  @Test
  void a_pod_gets_the_default_account_and_its_token_volume() {
    Pod created = client.pods().resource(pod(cluster.newNamespace(), "")).create();

    assertThat(created.getSpec().getServiceAccountName()).isEqualTo("default");
    assertThat(created.getSpec().getVolumes())
        .anyMatch(volume -> volume.getName().startsWith("kube-api-access-"));
  }

  @Test
  void a_pod_of_a_missing_account_is_rejected() {
    Pod pod = pod(cluster.newNamespace(), "nobody");

    assertThatThrownBy(() -> client.pods().resource(pod).create())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("serviceaccount")
        .hasMessageContaining("nobody");
  }

  @Test
  void a_deployment_yields_a_pod_of_its_account() {
    String namespace = cluster.newNamespace();
    client.apps().deployments().resource(deployment(namespace)).create();

    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() ->
            assertThat(client.pods().inNamespace(namespace).list().getItems())
                .singleElement()
                .satisfies(pod ->
                    assertThat(pod.getMetadata().getOwnerReferences())
                        .singleElement()
                        .matches(owner -> owner.getKind().equals("ReplicaSet"))));
  }

  @Test
  void the_webhooks_account_may_read_service_accounts_and_nothing_else() {
    Config config = Config.fromKubeconfig(cluster.webhookKubeconfig().toFile());
    try (KubernetesClient webhook = new KubernetesClientBuilder().withConfig(config).build()) {
      assertThat(webhook.serviceAccounts().inAnyNamespace().list().getItems()).isNotEmpty();
      assertThat(webhook.serviceAccounts().inNamespace("default").withName("default").get())
          .isNotNull();
      assertThatThrownBy(() -> webhook.secrets().inNamespace("default").list())
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("forbidden");
      assertThatThrownBy(
              () -> webhook.serviceAccounts().inNamespace("default").withName("default").delete())
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("forbidden");
    }
  }

  @Test
  void a_webhook_that_cannot_be_reached_rejects_pods_under_fail_in_its_namespaces_only() {
    String inside = cluster.newNamespace();
    String outside = cluster.newNamespace();
    WebhookEndpoint nowhere = new WebhookEndpoint(URI.create("https://127.0.0.1:9/mutate"), "");

    try (WebhookRegistration registration =
        cluster.registerWebhook(nowhere, FailurePolicy.FAIL, List.of(inside))) {
      assertThat(registration).isNotNull();
      assertThatThrownBy(() -> client.pods().resource(pod(inside, "")).create())
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("failed calling webhook");
      assertThat(client.pods().resource(pod(outside, "")).create()).isNotNull();
    }

    assertThat(client.pods().resource(pod(inside, "")).create()).isNotNull();
  }

  @Test
  void a_webhook_that_cannot_be_reached_lets_pods_through_under_ignore() {
    String namespace = cluster.newNamespace();
    WebhookEndpoint nowhere = new WebhookEndpoint(URI.create("https://127.0.0.1:9/mutate"), "");

    try (WebhookRegistration registration =
        cluster.registerWebhook(nowhere, FailurePolicy.IGNORE, List.of(namespace))) {
      assertThat(registration).isNotNull();
      assertThat(client.pods().resource(pod(namespace, "")).create()).isNotNull();
    }
  }

  private static Pod pod(String namespace, String account) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withGenerateName("app-")
        .endMetadata()
        .withNewSpec()
        .withServiceAccountName(account)
        .addNewContainer()
        .withName("app")
        .withImage("app:1")
        .endContainer()
        .endSpec()
        .build();
  }

  private static Deployment deployment(String namespace) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName("app")
        .endMetadata()
        .withNewSpec()
        .withNewSelector()
        .addToMatchLabels("app", "app")
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", "app")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("app")
        .withImage("app:1")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }
}
