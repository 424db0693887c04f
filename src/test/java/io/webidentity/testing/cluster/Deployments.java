package io.webidentity.testing.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.account.AccountKey;
import java.util.List;

/** Deployments that are named after the ServiceAccount of their pods. */
public final class Deployments {
  private Deployments() {}

  /** Not created. */
  public static Deployment of(AccountKey account, PodSpec pod, int replicas) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withNamespace(account.namespace())
        .withName(account.name())
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withNewSelector()
        .addToMatchLabels("app", account.name())
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", account.name())
        .endMetadata()
        .withSpec(pod)
        .endTemplate()
        .endSpec()
        .build();
  }

  /** Its pods that are not being deleted. */
  public static List<Pod> pods(KubernetesClient client, AccountKey account) {
    return client
        .pods()
        .inNamespace(account.namespace())
        .withLabel("app", account.name())
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }
}
