package io.webidentity.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The folder of the control plane's binaries. {@code src/test/cluster/build} makes them, or finds
 * them made: the Makefile calls the same script, so that they can be built ahead.
 */
record ClusterBinaries(Path folder) {
  private static final int NO_GO = 3;

  /**
   * Builds what is missing; its progress goes to this process's stderr.
   *
   * @throws ClusterUnavailableException if Go is missing or too old, or the build fails
   */
  static ClusterBinaries build() {
    return build(Path.of("src", "test", "cluster", "build").toAbsolutePath());
  }

  /**
   * Runs a script that prints the folder as its only output, or ends with status {@value #NO_GO}
   * where Go is missing.
   */
  static ClusterBinaries build(Path script) {
    try {
      Process build =
          new ProcessBuilder(script.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Thread stop = new Thread(build::destroy, "stop-cluster-build");
      Runtime.getRuntime().addShutdownHook(stop);
      String folder =
          new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int status = build.waitFor();
      Runtime.getRuntime().removeShutdownHook(stop);
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
      return new ClusterBinaries(Path.of(folder));
    } catch (IOException e) {
      throw new ClusterUnavailableException("Cannot run " + script, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterUnavailableException("Interrupted while building the cluster's binaries", e);
    }
  }

  Path etcd() {
    return folder.resolve("etcd");
  }

  Path apiServer() {
    return folder.resolve("kube-apiserver");
  }

  Path controllerManager() {
    return folder.resolve("kube-controller-manager");
  }
}
