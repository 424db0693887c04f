package io.webidentity.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.ApiServerProxy;
import io.webidentity.testing.cluster.FailurePolicy;
import io.webidentity.testing.cluster.InstalledWebhook;
import io.webidentity.testing.cluster.ProxyBehaviour;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Annotations of real Namespaces as defaults for their accounts. */
@RealCluster
class NamespaceDefaultsClusterTest {
  private static final String ROLE_ANNOTATION = "eks.amazonaws.com/role-arn";
  private static final String FIRST = "arn:aws:iam::111122223333:role/first";
  private static final String SECOND = "arn:aws:iam::111122223333:role/second";

  private final TestCluster cluster;

  NamespaceDefaultsClusterTest(TestCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void a_namespaces_role_is_for_accounts_without_one_and_may_change() {
    try (ApiServerProxy proxy = cluster.webhookProxy(List.of("namespaces"));
        InstalledWebhook webhook =
            InstalledWebhook.with(cluster, proxy.kubeconfig(), "--namespace-defaults")) {
      proxy.holdWatches();
      String namespace = registered(webhook);
      annotate(namespace, FIRST);
      AccountKey plain = account(namespace, Map.of());
      AccountKey own = new AccountKey(namespace, cluster.newName("own"));
      cluster.client().resource(Workloads.annotated(own)).create();

      assertThat(roleOfPod(plain)).as("nothing of it was heard yet").isEqualTo(FIRST);
      assertThat(roleOfPod(own)).as("its own role wins").isEqualTo(Workloads.role(own));

      proxy.releaseWatches();
      annotate(namespace, SECOND);
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() -> assertThat(roleOfPod(plain)).isEqualTo(SECOND));
      assertThat(roleOfPod(own)).isEqualTo(Workloads.role(own));
    }
  }

  @Test
  void a_namespace_that_cannot_be_read_is_left_to_the_failure_policy() {
    try (ApiServerProxy proxy = cluster.webhookProxy(List.of("namespaces"));
        InstalledWebhook webhook =
            InstalledWebhook.with(cluster, proxy.kubeconfig(), "--namespace-defaults")) {
      proxy.holdWatches();
      String namespace = registered(webhook);
      annotate(namespace, FIRST);
      AccountKey plain = account(namespace, Map.of());
      proxy.onAll(new ProxyBehaviour.Refuse());

      assertThatThrownBy(() -> roleOfPod(plain))
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("failed calling webhook");

      proxy.onAll(new ProxyBehaviour.Forward());
      assertThat(roleOfPod(plain)).isEqualTo(FIRST);
    }
  }

  /** A new Namespace whose pods reach the webhook. */
  private String registered(InstalledWebhook webhook) {
    String namespace = cluster.newNamespace();
    cluster.registerWebhook(webhook.process().endpoint(), FailurePolicy.FAIL, List.of(namespace));
    return namespace;
  }

  private void annotate(String namespace, String role) {
    cluster
        .client()
        .namespaces()
        .withName(namespace)
        .edit(found ->
            new NamespaceBuilder(found)
                .editMetadata()
                .addToAnnotations(ROLE_ANNOTATION, role)
                .endMetadata()
                .build());
  }

  private AccountKey account(String namespace, Map<String, String> annotations) {
    AccountKey account = new AccountKey(namespace, cluster.newName("app"));
    cluster.client().resource(Workloads.account(account, annotations)).create();
    return account;
  }

  private String roleOfPod(AccountKey account) {
    Pod pod = cluster.client().pods().resource(Workloads.pod(account)).create();
    Container container = pod.getSpec().getContainers().getFirst();
    return container.getEnv().stream()
        .filter(variable -> variable.getName().equals("AWS_ROLE_ARN"))
        .map(EnvVar::getValue)
        .findFirst()
        .orElse("");
  }
}
