package io.webidentity.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * etcd, kube-apiserver and kube-controller-manager as processes of this machine, on loopback ports,
 * with their data in a folder of their own. No scheduler and no kubelet: pods stay Pending. The
 * ServiceAccount admission plugin is on, as in every real cluster: it decides which account a pod
 * has before webhooks see it.
 */
final class ProcessControlPlane implements ControlPlane {
  private static final String CONTROLLERS =
      String.join(
          ",",
          "serviceaccount-controller",
          "root-ca-certificate-publisher-controller",
          "namespace-controller",
          "garbage-collector-controller",
          "deployment-controller",
          "replicaset-controller",
          "statefulset-controller",
          "job-controller",
          "cronjob-controller");

  private final ClusterBinaries binaries;
  private final ClusterCertificates certificates;
  private final Path home;
  private final int etcdPort;
  private final int apiPort;
  private final String token = UUID.randomUUID().toString();
  private final Thread stopHook = new Thread(this::stopAll, "stop-cluster");
  private @Nullable ClusterProcess etcd;
  private @Nullable ClusterProcess apiServer;
  private @Nullable ClusterProcess controllerManager;

  private ProcessControlPlane(ClusterBinaries binaries) throws IOException {
    this.binaries = binaries;
    this.home = Files.createTempDirectory("webhook-test-cluster");
    this.certificates = ClusterCertificates.in(home);
    this.etcdPort = LoopbackPorts.free();
    this.apiPort = LoopbackPorts.free();
    Files.writeString(home.resolve("tokens.csv"), token + ",admin,admin,\"system:masters\"\n");
  }

  /**
   * Builds what is missing and starts all of it.
   *
   * @throws ClusterUnavailableException if Go is missing, the build fails, or a process ends
   */
  static ProcessControlPlane start() {
    ClusterBinaries binaries = ClusterBinaries.build();
    try {
      ProcessControlPlane plane = new ProcessControlPlane(binaries);
      Runtime.getRuntime().addShutdownHook(plane.stopHook);
      try {
        plane.startAll();
      } catch (RuntimeException e) {
        plane.close();
        throw e;
      }
      return plane;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void startAll() throws IOException {
    long began = System.nanoTime();
    System.out.println(
        "cluster: starting etcd and the API server; their output: " + ClusterProcess.LOGS);
    new Kubeconfig(server(), Files.readString(certificates.authority()), token)
        .writeTo(kubeconfig());
    etcd = run(binaries.etcd(), etcdArguments());
    startApiServer();
    controllerManager = run(binaries.controllerManager(), controllerManagerArguments());
    System.out.printf(
        "cluster: API server ready at %s after %d ms%n",
        server(), (System.nanoTime() - began) / 1_000_000);
  }

  private ClusterProcess run(Path program, List<String> arguments) {
    return ClusterProcess.start(program.getFileName().toString(), program, arguments, home);
  }

  private URI server() {
    return URI.create("https://127.0.0.1:" + apiPort);
  }

  private String etcdUrl() {
    return "http://127.0.0.1:" + etcdPort;
  }

  private List<String> etcdArguments() {
    return List.of(
        "--data-dir=" + home.resolve("etcd"),
        "--listen-client-urls=" + etcdUrl(),
        "--advertise-client-urls=" + etcdUrl(),
        "--listen-peer-urls=http://127.0.0.1:0",
        // The data lives as long as the test run: a crash of the machine may take it.
        "--unsafe-no-fsync",
        "--log-level=warn");
  }

  private List<String> apiServerArguments() {
    return List.of(
        "--etcd-servers=" + etcdUrl(),
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--secure-port=" + apiPort,
        "--tls-cert-file=" + certificates.serverCertificate(),
        "--tls-private-key-file=" + certificates.serverKey(),
        "--client-ca-file=" + certificates.authority(),
        "--token-auth-file=" + home.resolve("tokens.csv"),
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        "--service-account-key-file=" + certificates.tokenPublicKey(),
        "--service-account-signing-key-file=" + certificates.tokenKey(),
        "--service-cluster-ip-range=10.96.0.0/16",
        "--authorization-mode=RBAC",
        "--enable-admission-plugins=ServiceAccount",
        "--allow-privileged=true",
        // A loopback address cannot be an endpoint of the Service `kubernetes`.
        "--endpoint-reconciler-type=none",
        "--max-requests-inflight=2000",
        "--max-mutating-requests-inflight=1000");
  }

  private List<String> controllerManagerArguments() {
    return List.of(
        "--kubeconfig=" + kubeconfig(),
        "--service-account-private-key-file=" + certificates.tokenKey(),
        "--root-ca-file=" + certificates.authority(),
        "--controllers=" + CONTROLLERS,
        "--leader-elect=false",
        "--secure-port=0",
        "--kube-api-qps=500",
        "--kube-api-burst=1000");
  }

  @Override
  public Path kubeconfig() {
    return home.resolve("admin.kubeconfig");
  }

  @Override
  public String webhookHost() {
    return "127.0.0.1";
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
    ClusterProcess started = run(binaries.apiServer(), apiServerArguments());
    apiServer = started;
    ApiServerReadiness.await(kubeconfig(), started);
  }

  private void stopAll() {
    for (ClusterProcess process : new ClusterProcess[] {controllerManager, apiServer, etcd}) {
      if (process != null) {
        process.kill();
      }
    }
    Folders.delete(home);
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
