package io.webidentity.e2e;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.TestCluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A namespace as teams have it: ServiceAccounts with a role, and pods that use them. */
final class Team {
  /** A container's start takes seconds; many of them where two cores are shared with a build. */
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  private final TestCluster cluster;
  private final KubernetesClient client;
  private final String namespace;

  Team(TestCluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
    this.namespace = cluster.newNamespace();
  }

  String namespace() {
    return namespace;
  }

  /** Makes an account without a role, and returns its name. */
  String newAccount() {
    return newAccount(Map.of());
  }

  /** Makes an account with a role, and the audience where the role's is not the default. */
  String newAccount(StorageRole role) {
    return newAccount(
        role == StorageRole.REPORTS
            ? Map.of("role-arn", role.arn())
            : Map.of("role-arn", role.arn(), "audience", role.audience()));
  }

  /**
   * Makes an account.
   *
   * @param annotations without their prefix
   */
  String newAccount(Map<String, String> annotations) {
    String name = cluster.newName("app");
    Map<String, String> prefixed = new HashMap<>();
    annotations.forEach((key, value) -> prefixed.put("eks.amazonaws.com/" + key, value));
    cluster.createAccount(new AccountKey(namespace, name), prefixed);
    return name;
  }

  /** A container that knows its arguments and nothing else. */
  static Container container(String name, String image, String... arguments) {
    return new ContainerBuilder()
        .withName(name)
        .withImage(image)
        .withImagePullPolicy("Never")
        .withArgs(arguments)
        .build();
  }

  /** A pod that runs a container to its end; not created. */
  Pod pod(String account, Container container) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(cluster.newName(container.getName()))
        .endMetadata()
        .withNewSpec()
        .withServiceAccountName(account)
        .withRestartPolicy("Never")
        .withTerminationGracePeriodSeconds(1L)
        .withContainers(container)
        .endSpec()
        .build();
  }

  /** Creates a pod. */
  Pod create(Pod pod) {
    return client.resource(pod).create();
  }

  /** Creates a pod and waits until its containers have ended. */
  Ended run(Pod pod) {
    Pod created = create(pod);
    Awaitility.await("end of pod " + pod.getMetadata().getName())
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> Set.of("Succeeded", "Failed").contains(phase(created)));
    return new Ended(phase(created), log(created, containerNames(created).getLast()));
  }

  /** Waits for a pod with a label, as a Deployment makes it. */
  Pod awaitPod(String label, String value) {
    return Awaitility.await("pod with %s=%s".formatted(label, value))
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> client.pods().inNamespace(namespace).withLabel(label, value).list().getItems(),
            pods -> !pods.isEmpty())
        .getFirst();
  }

  /**
   * Waits until a container's log has a line that begins so, and returns the log.
   *
   * @throws AssertionError if the container ends without it
   */
  String awaitLine(Pod pod, String container, String beginning) {
    return Awaitility.await("%s in the log of %s".formatted(beginning, container))
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              boolean ended = state(pod, container, ContainerState::getTerminated);
              String log = log(pod, container);
              if (ended && !hasLine(log, beginning)) {
                throw new AssertionError(container + " has ended without that line: " + log);
              }
              return log;
            },
            log -> hasLine(log, beginning));
  }

  /** Waits until a container has ended, and returns its log. */
  String awaitEnd(Pod pod, String container) {
    Awaitility.await("end of " + container)
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> state(pod, container, ContainerState::getTerminated));
    return log(pod, container);
  }

  private static boolean hasLine(String log, String beginning) {
    return log.lines().anyMatch(line -> line.startsWith(beginning));
  }

  /** What a container has printed; empty before it has been started. */
  String log(Pod pod, String container) {
    if (!started(pod, container)) {
      return "";
    }
    return client
        .pods()
        .inNamespace(namespace)
        .withName(pod.getMetadata().getName())
        .inContainer(container)
        .getLog();
  }

  private boolean started(Pod pod, String container) {
    return state(pod, container, ContainerState::getRunning)
        || state(pod, container, ContainerState::getTerminated);
  }

  private boolean state(Pod pod, String container, Function<ContainerState, @Nullable Object> of) {
    return PodStatuses.ofContainers(client.resource(pod).get())
        .anyMatch(
            status -> status.getName().equals(container) && of.apply(status.getState()) != null);
  }

  private String phase(Pod pod) {
    return client.resource(pod).get().getStatus().getPhase();
  }

  private static List<String> containerNames(Pod pod) {
    return pod.getSpec().getContainers().stream().map(Container::getName).toList();
  }

  /**
   * A pod that has ended.
   *
   * @param phase Succeeded or Failed
   * @param log of its last container
   */
  record Ended(String phase, String log) {}
}
