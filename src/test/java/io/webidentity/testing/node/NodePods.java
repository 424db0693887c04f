package io.webidentity.testing.node;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Pods of {@link TestNode#BUSYBOX}. */
final class NodePods {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private NodePods() {}

  /** A pod that waits until it is removed. */
  static Pod waiting(String namespace, String name) {
    return pod(namespace, name).build();
  }

  /** A pod that runs a script of busybox's shell once. */
  static Pod script(String namespace, String name, String script) {
    return pod(namespace, name)
        .editSpec()
        .withRestartPolicy("Never")
        .editFirstContainer()
        .withCommand("/bin/sh", "-c", script)
        .endContainer()
        .endSpec()
        .build();
  }

  private static PodBuilder pod(String namespace, String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName(name)
        .withImage(TestNode.BUSYBOX)
        .endContainer()
        .endSpec();
  }

  /** Creates a pod and waits until it is ready. */
  static Pod awaitRunning(KubernetesClient client, Pod pod) {
    client.resource(pod).create();
    Awaitility.await(pod.getMetadata().getName() + " runs")
        .atMost(PATIENCE)
        .until(() -> Readiness.isPodReady(client.resource(pod).get()));
    return pod;
  }
}
