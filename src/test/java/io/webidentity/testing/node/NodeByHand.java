package io.webidentity.testing.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** {@code make cluster-up}: a node to try things on, until the process is told to stop. */
public final class NodeByHand {
  private NodeByHand() {}

  /**
   * Starts the node, writes down how it is reached, and waits.
   *
   * @param args the folder for {@code sandbox}, with what {@code node-sandbox} printed, and then
   *     {@code kubeconfig}, an administrator's
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    TestNode node = TestNode.start();
    Files.writeString(folder.resolve("sandbox"), node.sandbox().line() + "\n");
    // Moved: whoever waits for the file finds all of it.
    Path written = folder.resolve("kubeconfig.new");
    Files.copy(node.cluster().kubeconfig(), written, StandardCopyOption.REPLACE_EXISTING);
    Path kubeconfig = folder.resolve("kubeconfig");
    instructions(node, kubeconfig).forEach(System.out::println);
    Files.move(written, kubeconfig, StandardCopyOption.ATOMIC_MOVE);
    new CountDownLatch(1).await();
  }

  private static List<String> instructions(TestNode node, Path kubeconfig) {
    return List.of(
        "cluster: up, until make cluster-down. This machine reaches it at %s, it reaches this one at %s."
            .formatted(node.address(), node.cluster().webhookHost()),
        "  export KUBECONFIG=" + kubeconfig,
        "  kubectl get nodes       # no kubectl? " + node.program("kubectl"),
        "  kubectl run shell --image=%s".formatted(TestNode.BUSYBOX),
        "  make cluster-load IMAGE=target/image/web-identity-webhook.tar",
        "  src/test/cluster/by-hand run COMMAND       # a program in the node's network");
  }
}
