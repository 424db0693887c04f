package io.webidentity.testing.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CountDownLatch;

/**
 * {@code make cluster}: the tests' API server to try things on, until the process is told to stop.
 */
public final class ClusterByHand {
  private ClusterByHand() {}

  /**
   * Starts the cluster, says where its kubeconfig is and waits.
   *
   * @param args the file that the administrator's kubeconfig is copied to
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path kubeconfig = Path.of(args[0]);
    TestCluster cluster = new TestCluster(ControlPlane.start());
    Files.createDirectories(kubeconfig.toAbsolutePath().getParent());
    Files.copy(cluster.kubeconfig(), kubeconfig, StandardCopyOption.REPLACE_EXISTING);
    System.out.println("cluster: ready until Ctrl-C. In another terminal:");
    System.out.println("  export KUBECONFIG=" + kubeconfig);
    System.out.println("  kubectl get serviceaccounts --all-namespaces");
    new CountDownLatch(1).await();
  }
}
