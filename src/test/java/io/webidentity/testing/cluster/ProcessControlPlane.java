package io.webidentity.testing.cluster;

import io.webidentity.testing.Folders;
import io.webidentity.testing.server.StopHook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * etcd, kube-apiserver and kube-controller-manager as processes, with their data in a folder of
 * their own. By themselves they are on loopback ports of this machine, without scheduler and
 * kubelet.
 */
final class ProcessControlPlane implements ControlPlane {
  private final ClusterBinaries binaries;
  private final ControlPlaneSite site;
  private final ControlPlaneCommands commands;
  private final StopHook stopHook = new StopHook("stop-cluster", this::stopAll);
  private @Nullable ClusterProcess etcd;
  private @Nullable ClusterProcess apiServer;
  private @Nullable ClusterProcess controllerManager;

  private ProcessControlPlane(ClusterBinaries binaries, ControlPlaneSite site) {
    this.binaries = binaries;
    this.site = site;
    this.commands = new ControlPlaneCommands(site);
  }

  /**
   * Builds what is missing and starts all of it on loopback ports.
   *
   * @throws ClusterUnavailableException if Go is missing, the build fails, or a process ends
   */
  static ProcessControlPlane start() {
    return start(List.of());
  }

  /** The same, of the oldest version that the chart supports. */
  static ProcessControlPlane startOldest() {
    return start(ClusterBinaries.buildOldest(), List.of());
  }

  /** One of the version that this JVM asks for, with further arguments of the API server. */
  static ProcessControlPlane start(List<String> apiServerArguments) {
    return start(
        ClusterChoice.current() == ClusterChoice.OLDEST
            ? ClusterBinaries.buildOldest()
            : ClusterBinaries.build(),
        apiServerArguments);
  }

  private static ProcessControlPlane start(
      ClusterBinaries binaries, List<String> apiServerArguments) {
    try {
      Path home = Files.createTempDirectory("webhook-test-cluster");
      return start(binaries, ControlPlaneSite.onLoopback(home).with(apiServerArguments));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts all of it at a site.
   *
   * @throws ClusterUnavailableException if a process ends
   */
  static ProcessControlPlane start(ClusterBinaries binaries, ControlPlaneSite site) {
    ProcessControlPlane plane = new ProcessControlPlane(binaries, site);
    plane.stopHook.set();
    try {
      plane.startAll();
      return plane;
    } catch (IOException e) {
      plane.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      plane.close();
      throw e;
    }
  }

  private void startAll() throws IOException {
    long began = System.nanoTime();
    System.out.println(
        "cluster: starting etcd and the API server; their output: " + ClusterProcess.LOGS);
    Administrator administrator = Administrator.create();
    administrator.writeTokens(commands.tokens(), site.users());
    administrator.kubeconfig(site.server(), site.certificates()).writeTo(kubeconfig());
    etcd = site.processes().start(binaries.etcd(), commands.etcd());
    startApiServer();
    controllerManager =
        site.processes().start(binaries.controllerManager(), commands.controllerManager());
    System.out.printf(
        "cluster: API server ready at %s after %d ms%n",
        site.server(), (System.nanoTime() - began) / 1_000_000);
  }

  private Path home() {
    return site.processes().home();
  }

  @Override
  public Path kubeconfig() {
    return commands.kubeconfig();
  }

  @Override
  public String webhookHost() {
    return site.webhookHost();
  }

  @Override
  public boolean disposable() {
    return true;
  }

  @Override
  public void stopApiServer() {
    Optional.ofNullable(apiServer).ifPresent(ClusterProcess::kill);
    apiServer = null;
  }

  @Override
  public void startApiServer() {
    ClusterProcess started = site.processes().start(binaries.apiServer(), commands.apiServer());
    apiServer = started;
    ApiServerReadiness.await(kubeconfig(), started::requireAlive, started::tail);
  }

  private synchronized void stopAll() {
    for (ClusterProcess process : new ClusterProcess[] {controllerManager, apiServer, etcd}) {
      if (process != null) {
        process.kill();
      }
    }
    Folders.delete(home());
  }

  @Override
  public void close() {
    stopAll();
    stopHook.remove();
  }
}
