package io.webidentity.e2e;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.testing.cluster.TestCluster;
import java.util.Comparator;
import java.util.stream.Collectors;

/** What helps to find out why an end-to-end test has failed. */
final class Diagnosis {
  private static final int LOG_LINES = 8;
  private static final int EVENTS = 15;

  private final KubernetesClient client;

  Diagnosis(TestCluster cluster) {
    this.client = cluster.client();
  }

  /** Every pod that has not succeeded with the ends of its logs, and the last warnings. */
  String text() {
    String pods =
        client.pods().inAnyNamespace().list().getItems().stream()
            .filter(pod -> !pod.getStatus().getPhase().equals("Succeeded"))
            .map(this::pod)
            .collect(Collectors.joining());
    String events =
        client.v1().events().inAnyNamespace().list().getItems().stream()
            .filter(event -> event.getType().equals("Warning"))
            // Of every pod: these clusters have no DNS.
            .filter(event -> !event.getReason().equals("MissingClusterDNS"))
            .sorted(
                Comparator.comparing((Event event) -> event.getMetadata().getCreationTimestamp())
                    .reversed())
            .limit(EVENTS)
            .map(event ->
                "event %s %s %s: %s%n"
                    .formatted(
                        event.getMetadata().getCreationTimestamp(),
                        event.getInvolvedObject().getName(),
                        event.getReason(),
                        event.getMessage()))
            .collect(Collectors.joining());
    return pods + events;
  }

  private String pod(Pod pod) {
    return "pod %s/%s %s%n%s"
        .formatted(
            pod.getMetadata().getNamespace(),
            pod.getMetadata().getName(),
            pod.getStatus().getPhase(),
            PodStatuses.ofContainers(pod)
                .map(status -> "  " + PodStatuses.told(status) + "\n" + log(pod, status))
                .collect(Collectors.joining()));
  }

  private String log(Pod pod, ContainerStatus status) {
    try {
      return client
          .pods()
          .inNamespace(pod.getMetadata().getNamespace())
          .withName(pod.getMetadata().getName())
          .inContainer(status.getName())
          .tailingLines(LOG_LINES)
          .getLog()
          .indent(4);
    } catch (KubernetesClientException e) {
      return "    (no log: " + e.getMessage() + ")\n";
    }
  }
}
