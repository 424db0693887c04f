package io.webidentity.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * etcd, kube-apiserver and kube-controller-manager as processes, with their data in a folder of
 * their own. By themselves they are on loopback ports of this machine, without scheduler and
 * kubelet: pods stay Pending. The ServiceAccount admission plugin is on, as in every real cluster:
 * it decides which account a pod has before webhooks see it.
 */
final class ProcessControlPlane implements ControlPlane {
  private final ClusterBinaries binaries;
  private final ControlPlaneSite site;
  private final String token = UUID.randomUUID().toString();
  private final Thread stopHook = new Thread(this::stopAll, "stop-cluster");
  private @Nullable ClusterProcess etcd;
  private @Nullable ClusterProcess apiServer;
  private @Nullable ClusterProcess controllerManager;

  private ProcessControlPlane(ClusterBinaries binaries, ControlPlaneSite site) {
    this.binaries = binaries;
    this.site = site;
  }

  /**
   * Builds what is missing and starts all of it on loopback ports.
   *
   * @throws ClusterUnavailableException if Go is missing, the build fails, or a process ends
   */
  static ProcessControlPlane start() {
    ClusterBinaries binaries = ClusterBinaries.build();
    try {
      Path home = Files.createTempDirectory("webhook-test-cluster");
      return start(binaries, ControlPlaneSite.onLoopback(home));
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
    Runtime.getRuntime().addShutdownHook(plane.stopHook);
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
    Files.write(
        tokens(),
        Stream.concat(Stream.of(token + ",admin,admin,\"system:masters\""), site.users().stream())
            .toList());
    new Kubeconfig(site.server(), Files.readString(site.certificates().authority()), token)
        .writeTo(kubeconfig());
    etcd = site.processes().start(binaries.etcd(), etcdArguments());
    startApiServer();
    controllerManager =
        site.processes().start(binaries.controllerManager(), controllerManagerArguments());
    System.out.printf(
        "cluster: API server ready at %s after %d ms%n",
        site.server(), (System.nanoTime() - began) / 1_000_000);
  }

  private Path home() {
    return site.processes().home();
  }

  private Path tokens() {
    return home().resolve("tokens.csv");
  }

  private String etcdUrl() {
    return "http://127.0.0.1:" + site.etcdPort();
  }

  private List<String> etcdArguments() {
    return List.of(
        "--data-dir=" + home().resolve("etcd"),
        "--listen-client-urls=" + etcdUrl(),
        "--advertise-client-urls=" + etcdUrl(),
        "--listen-peer-urls=http://127.0.0.1:0",
        // The data lives as long as the test run: a crash of the machine may take it.
        "--unsafe-no-fsync",
        "--log-level=warn");
  }

  private List<String> apiServerArguments() {
    ClusterCertificates certificates = site.certificates();
    return with(
        site.apiServerArguments(),
        "--etcd-servers=" + etcdUrl(),
        "--tls-cert-file=" + certificates.serverCertificate(),
        "--tls-private-key-file=" + certificates.serverKey(),
        "--client-ca-file=" + certificates.authority(),
        "--token-auth-file=" + tokens(),
        "--service-account-key-file=" + certificates.tokenPublicKey(),
        "--service-account-signing-key-file=" + certificates.tokenKey(),
        "--service-cluster-ip-range=10.96.0.0/16",
        "--allow-privileged=true",
        "--max-requests-inflight=2000",
        "--max-mutating-requests-inflight=1000");
  }

  private List<String> controllerManagerArguments() {
    return with(
        site.controllerManagerArguments(),
        "--kubeconfig=" + kubeconfig(),
        "--service-account-private-key-file=" + site.certificates().tokenKey(),
        "--root-ca-file=" + site.certificates().authority(),
        "--leader-elect=false",
        "--secure-port=0",
        "--kube-api-qps=500",
        "--kube-api-burst=1000");
  }

  private static List<String> with(List<String> particular, String... common) {
    return Stream.concat(particular.stream(), Arrays.stream(common)).toList();
  }

  @Override
  public Path kubeconfig() {
    return home().resolve("admin.kubeconfig");
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
    ClusterProcess started = site.processes().start(binaries.apiServer(), apiServerArguments());
    apiServer = started;
    ApiServerReadiness.await(kubeconfig(), started);
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
    try {
      Runtime.getRuntime().removeShutdownHook(stopHook);
    } catch (IllegalStateException _) {
      // The JVM is going down already, and the hook has run or will: stopping twice does no harm.
    }
  }
}
