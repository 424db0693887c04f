package io.webidentity.chart;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.webidentity.account.AccountKey;

/** Pods that the configuration of the chart keeps away from the webhook. */
final class UnaffectedPods {
  private UnaffectedPods() {}

  /** As kubelet makes them of static pods: on a node, and without an account. */
  static Pod mirrorPod(String namespace) {
    return new PodBuilder(ChartInstallation.pod(new AccountKey(namespace, "default")))
        .editMetadata()
        .addToAnnotations("kubernetes.io/config.mirror", "0123456789abcdef")
        .endMetadata()
        .editSpec()
        .withServiceAccountName(null)
        .withNodeName("node")
        .endSpec()
        .build();
  }

  /** A pod that says that it is to be left alone. */
  static Pod optedOut(AccountKey account) {
    return new PodBuilder(ChartInstallation.pod(account))
        .editMetadata()
        .addToLabels("eks.amazonaws.com/skip-pod-identity-webhook", "true")
        .endMetadata()
        .build();
  }
}
