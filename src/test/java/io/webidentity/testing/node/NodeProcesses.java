package io.webidentity.testing.node;

import io.webidentity.testing.cluster.ClusterBinaries;
import io.webidentity.testing.cluster.ClusterProcess;
import io.webidentity.testing.cluster.ProcessSite;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** What a cluster needs beside its control plane to run pods: containerd, kubelet, scheduler. */
final class NodeProcesses {
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  /** The only node's name. */
  static final String NODE = "node";

  private final ClusterBinaries binaries;
  private final NodeSandbox sandbox;
  private final NodeFiles files;
  private @Nullable ClusterProcess containerd;
  private @Nullable ClusterProcess scheduler;
  private @Nullable ClusterProcess kubelet;

  NodeProcesses(ClusterBinaries binaries, NodeSandbox sandbox, NodeFiles files) {
    this.binaries = binaries;
    this.sandbox = sandbox;
    this.files = files;
  }

  /** Starts containerd, which needs no control plane. */
  void startContainerd() {
    containerd =
        everything().start(Path.of("containerd"), List.of("--config=" + files.containerd()));
  }

  /** Waits until containerd answers. */
  void awaitContainerd() {
    Awaitility.await("containerd answers")
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> {
          requireAlive();
          return sandbox.succeeds("ctr", "version");
        });
  }

  /** Starts the scheduler, which talks to the API server. */
  void startScheduler() {
    scheduler =
        site(sandbox.network(), files.folder())
            .start(
                binaries.program("kube-scheduler"),
                List.of(
                    "--kubeconfig=" + files.schedulerKubeconfig(),
                    "--leader-elect=false",
                    "--secure-port=0"));
  }

  /** Starts kubelet, which registers the node. */
  void startKubelet() {
    kubelet =
        everything()
            .start(
                binaries.program("kubelet"),
                List.of(
                    "--config=" + files.kubelet(),
                    "--kubeconfig=" + files.kubeletKubeconfig(),
                    "--hostname-override=" + NODE,
                    "--node-ip=" + sandbox.made().nodeAddress(),
                    "--root-dir=" + files.folder().resolve("kubelet"),
                    "--cert-dir=" + files.folder().resolve("kubelet-pki")));
  }

  /** Starts kubelet again; pods go on. */
  synchronized void restartKubelet() {
    if (kubelet != null) {
      kubelet.kill();
    }
    startKubelet();
  }

  /** Fails if one of them has ended, with the end of its log. */
  void requireAlive() {
    for (ClusterProcess process : new ClusterProcess[] {containerd, scheduler, kubelet}) {
      if (process != null) {
        process.requireAlive();
      }
    }
  }

  /** Ends them; containers go on until the sandbox closes. */
  void kill() {
    for (ClusterProcess process : new ClusterProcess[] {kubelet, scheduler, containerd}) {
      if (process != null) {
        process.kill();
      }
    }
  }

  private ProcessSite everything() {
    return site(sandbox.everything(), files.folder());
  }

  /** A site whose logs are told from those of the API-server tests. */
  ProcessSite site(List<String> enter, Path home) {
    return new ProcessSite("node-", enter, home);
  }

  NodeFiles files() {
    return files;
  }
}
