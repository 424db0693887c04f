package io.webidentity.chart;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.account.AccountKey;
import java.util.List;

/** Deployments of one pod of {@link ChartInstallation#pod}, named after its account. */
final class Deployments {
  private Deployments() {}

  /** Not created. */
  static Deployment of(AccountKey account) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withNamespace(account.namespace())
        .withName(account.name())
        .endMetadata()
        .withNewSpec()
        .withReplicas(1)
        .withNewSelector()
        .addToMatchLabels("app", account.name())
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", account.name())
        .endMetadata()
        .withSpec(ChartInstallation.pod(account).getSpec())
        .endTemplate()
        .endSpec()
        .build();
  }

  /** Its pods that are not being deleted. */
  static List<Pod> pods(KubernetesClient client, AccountKey account) {
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
