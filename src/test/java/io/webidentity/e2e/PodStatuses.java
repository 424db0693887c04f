package io.webidentity.e2e;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.stream.Stream;

/** What kubelet says of a pod's containers. */
final class PodStatuses {
  private PodStatuses() {}

  /** Of all containers that kubelet has looked at, init containers first. */
  static Stream<ContainerStatus> ofContainers(Pod pod) {
    return Stream.concat(
        pod.getStatus().getInitContainerStatuses().stream(),
        pod.getStatus().getContainerStatuses().stream());
  }

  /** In a few words, such as {@code app: waiting: ErrImageNeverPull: ...}. */
  static String told(ContainerStatus status) {
    ContainerState state = status.getState();
    if (state.getRunning() != null) {
      return status.getName() + ": running since " + state.getRunning().getStartedAt();
    }
    if (state.getTerminated() != null) {
      return "%s: ended with %d: %s"
          .formatted(
              status.getName(),
              state.getTerminated().getExitCode(),
              state.getTerminated().getMessage());
    }
    if (state.getWaiting() != null) {
      return "%s: waiting: %s: %s"
          .formatted(
              status.getName(), state.getWaiting().getReason(), state.getWaiting().getMessage());
    }
    return status.getName() + ": unknown";
  }
}
