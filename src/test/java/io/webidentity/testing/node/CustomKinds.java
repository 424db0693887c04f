package io.webidentity.testing.node;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/**
 * CustomResourceDefinitions of one API group, and of groups below it, in a node's cluster. By
 * kubectl, which passes on the fields that a client's model may not know.
 *
 * @param file all of them, YAML
 * @param group the API group
 */
record CustomKinds(TestNode node, Path file, String group) {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  /** Makes them, and waits until the API server serves objects of them. */
  void define() {
    kubectl("apply", "--server-side", "--filename=" + file);
    kubectl("wait", "--for=condition=Established", "--filename=" + file, timeout());
    await("is served", () -> client().hasApiGroup(group, true));
  }

  /** Removes them and all objects of them, and waits until nothing shows that they were there. */
  void remove() {
    kubectl("delete", "--ignore-not-found", "--filename=" + file, timeout());
    await("is gone, and the groups below it", () -> !client().hasApiGroup(group, false));
  }

  private void await(String what, Callable<Boolean> condition) {
    Awaitility.await(group + " " + what)
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(100))
        .until(condition);
  }

  private KubernetesClient client() {
    return node.cluster().client();
  }

  private void kubectl(String... arguments) {
    Kubectl.of(node).run(arguments).requireSuccess();
  }

  private static String timeout() {
    return "--timeout=" + DEADLINE.toSeconds() + "s";
  }
}
