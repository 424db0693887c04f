package io.webidentity.testing.cluster;

import io.webidentity.testing.server.StopHook;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * The folder of a cluster's binaries. {@code src/test/cluster/build} makes them, or finds them
 * made: the Makefile calls the same script, so that they can be built ahead.
 *
 * @param folder has them all
 * @param ofControlPlane what the names of the API server's and the controller manager's file end
 *     with; empty for those of the newest version
 */
public record ClusterBinaries(Path folder, String ofControlPlane) {
  private static final int NO_GO = 3;
  private static final Path SCRIPT = Path.of("src", "test", "cluster", "build").toAbsolutePath();

  /**
   * Builds what is missing of the control plane; its progress goes to this process's stderr.
   *
   * @throws ClusterUnavailableException if Go is missing or too old, or the build fails
   */
  public static ClusterBinaries build() {
    return build(SCRIPT);
  }

  /**
   * Builds in the same way the control plane of the oldest version that the chart supports, its
   * kubeVersion.
   *
   * @throws ClusterUnavailableException if Go is missing or too old, or the build fails
   */
  static ClusterBinaries buildOldest() {
    return new ClusterBinaries(build(SCRIPT, "oldest").folder, "-oldest");
  }

  /**
   * Builds in the same way what a whole node and the end-to-end tests need.
   *
   * @throws ClusterUnavailableException if Go is missing or too old, or the build fails
   */
  public static ClusterBinaries buildForNode() {
    return build(SCRIPT, "node");
  }

  /**
   * Builds in the same way what the tests of the chart need: Helm and cert-manager beside all that
   * a node needs.
   *
   * @throws ClusterUnavailableException if Go is missing or too old, or the build fails
   */
  public static ClusterBinaries buildForChart() {
    return build(SCRIPT, "chart");
  }

  /**
   * Runs a script that prints the folder as its only output, or ends with status {@value #NO_GO}
   * where Go is missing.
   */
  static ClusterBinaries build(Path script, String... arguments) {
    try {
      Process build =
          new ProcessBuilder(
                  Stream.concat(Stream.of(script.toString()), Arrays.stream(arguments)).toList())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      StopHook stop = new StopHook("stop-cluster-build", build::destroy);
      stop.set();
      String folder =
          new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int status = build.waitFor();
      stop.remove();
      if (status == NO_GO) {
        throw new ClusterUnavailableException(
            "Tests against a real API server need one of: Go 1.26 or newer (builds Kubernetes from"
                + " source), a Docker engine (runs K3s), or a cluster named by"
                + " -Dwebhook.test.kubeconfig=FILE or WEBHOOK_TEST_KUBECONFIG");
      }
      if (status != 0) {
        throw new ClusterUnavailableException(
            script + " failed with status " + status + "; its messages say why");
      }
      return new ClusterBinaries(Path.of(folder), "");
    } catch (IOException e) {
      throw new ClusterUnavailableException("Cannot run " + script, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterUnavailableException("Interrupted while building the cluster's binaries", e);
    }
  }

  Path etcd() {
    return program("etcd");
  }

  Path apiServer() {
    return program("kube-apiserver" + ofControlPlane);
  }

  Path controllerManager() {
    return program("kube-controller-manager" + ofControlPlane);
  }

  /** One of them by its name, such as {@code kubelet}, which only {@link #buildForNode} makes. */
  public Path program(String name) {
    return folder.resolve(name);
  }
}
