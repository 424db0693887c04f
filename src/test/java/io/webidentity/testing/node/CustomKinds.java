package io.webidentity.testing.node;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.testing.cluster.ClusterBinaries;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/**
 * CustomResourceDefinitions of one API group, and of groups below it, in a cluster. By kubectl,
 * which passes on the fields that a client's model may not know.
 *
 * @param client an administrator's
 * @param kubectl an administrator's
 * @param file all of them, YAML
 * @param group the API group
 */
public record CustomKinds(KubernetesClient client, Kubectl kubectl, Path file, String group) {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  /**
   * cert-manager's.
   *
   * @throws io.webidentity.testing.cluster.ClusterUnavailableException if they cannot be fetched
   */
  public static CustomKinds ofCertManager(KubernetesClient client, Kubectl kubectl) {
    Path file = ClusterBinaries.buildForChart().program("cert-manager-crds.yaml");
    return new CustomKinds(client, kubectl, file, "cert-manager.io");
  }

  /** Makes them, and waits until the API server serves objects of them. */
  public void define() {
    run("apply", "--server-side", "--filename=" + file);
    run("wait", "--for=condition=Established", "--filename=" + file, timeout());
    await("is served", () -> client.hasApiGroup(group, true));
  }

  /**
   * Removes them and all objects of them, and waits until nothing shows that they were there. The
   * API server's finalizer of definitions does not look again at one that it could not update, as
   * somebody else had just done so, until it changes: so each is changed while it is still there.
   */
  void remove() {
    run("delete", "--ignore-not-found", "--wait=false", "--filename=" + file);
    Awaitility.await(group + " is gone, and the groups below it")
        .atMost(DEADLINE.multipliedBy(2))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofSeconds(2))
        .until(() -> {
          boolean gone = remaining().isEmpty();
          if (!gone) {
            nudge();
          }
          return gone && !client.hasApiGroup(group, false);
        });
  }

  private String remaining() {
    return kubectl
        .run("get", "--ignore-not-found", "--output=name", "--filename=" + file)
        .requireSuccess()
        .output();
  }

  /** Without success where one is gone already, which is what is waited for. */
  private void nudge() {
    kubectl.run(
        "annotate", "--overwrite", "--filename=" + file, "test/nudged=" + System.nanoTime());
  }

  private void await(String what, Callable<Boolean> condition) {
    Awaitility.await(group + " " + what)
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(100))
        .until(condition);
  }

  private void run(String... arguments) {
    kubectl.run(arguments).requireSuccess();
  }

  private static String timeout() {
    return "--timeout=" + DEADLINE.toSeconds() + "s";
  }
}
