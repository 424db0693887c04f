package io.webidentity.testing.node;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.webidentity.testing.cluster.ClusterProcess;
import io.webidentity.testing.cluster.ClusterUnavailableException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Waits for a node that has just been started, until it has shown that it runs pods. */
final class NodeReadiness {
  /** Seconds on an idle machine; many times that where two cores are shared with a build. */
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  private static final String NAMESPACE = "default";
  private static final String POD = "first";

  private final KubernetesClient client;
  private final NodeProcesses processes;

  NodeReadiness(KubernetesClient client, NodeProcesses processes) {
    this.client = client;
    this.processes = processes;
  }

  /**
   * Lets everybody read the issuer's discovery document and keys, as an STS must; a cluster of its
   * own accord shows them to ServiceAccounts only.
   */
  void publishDiscovery() {
    String role = "system:service-account-issuer-discovery";
    client
        .rbac()
        .clusterRoleBindings()
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName("issuer-discovery-for-everybody")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                .addNewSubject()
                .withApiGroup("rbac.authorization.k8s.io")
                .withKind("Group")
                .withName("system:unauthenticated")
                .endSubject()
                .build())
        .create();
  }

  /** Waits until the node takes pods. */
  void awaitNode() {
    await(
        "the node is ready",
        () -> {
          Node node = client.nodes().withName(NodeProcesses.NODE).get();
          return node != null
              && Readiness.isNodeReady(node)
              && node.getSpec().getTaints().isEmpty();
        });
  }

  /** Runs a pod and removes it. */
  void awaitPod() {
    await(
        "the ServiceAccount of the first pod is there",
        () -> client.serviceAccounts().inNamespace(NAMESPACE).withName("default").get() != null);
    Pod pod = NodePods.waiting(NAMESPACE, POD);
    client.resource(pod).create();
    await("the first pod runs", () -> Readiness.isPodReady(client.resource(pod).get()));
    client.resource(pod).withGracePeriod(0).delete();
  }

  private void await(String what, Callable<Boolean> condition) {
    try {
      Awaitility.await(what)
          .atMost(DEADLINE)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> {
            processes.requireAlive();
            return condition.call();
          });
    } catch (ConditionTimeoutException e) {
      throw new ClusterUnavailableException(
          "%s\n%s\nLogs: %s".formatted(e.getMessage(), events(), ClusterProcess.LOGS), e);
    }
  }

  private String events() {
    return client.v1().events().inAnyNamespace().list().getItems().stream()
        .map(Event::getMessage)
        .collect(Collectors.joining("\n"));
  }
}
