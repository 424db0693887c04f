package io.webidentity.testing.node;

import io.webidentity.testing.cluster.ClusterBinaries;
import io.webidentity.testing.cluster.ClusterCertificates;
import io.webidentity.testing.cluster.ClusterProcess;
import io.webidentity.testing.cluster.ControlPlaneSite;
import io.webidentity.testing.cluster.Kubeconfig;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.server.StopHook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A whole single-node Kubernetes on this machine: its pods run. It has a network of its own, of
 * which this machine reaches one address, and the API server is at port 443 there. Without cluster
 * DNS and without kube-proxy: pods reach the Service {@code kubernetes} at its address, other
 * Services not at all; the API server reaches webhooks of every Service through its endpoints. Pods
 * have no way to the internet. Thread-safe.
 */
public final class TestNode implements AutoCloseable {
  /**
   * An image that every node has: {@code /bin/sh} with busybox's commands built in; it waits until
   * it is told to end.
   */
  public static final String BUSYBOX = "webhook.test/busybox:1";

  private static final String SERVICE_ADDRESS = "10.96.0.1";

  private final ClusterBinaries binaries;
  private final NodeSandbox sandbox;
  private final StopHook stopHook = new StopHook("stop-node", this::stopAll);
  private final ClusterCertificates certificates;
  private final NodeProcesses processes;
  private final List<String> furtherApiServerArguments;
  private @Nullable TestCluster cluster;

  private TestNode(
      ClusterBinaries binaries, NodeSandbox sandbox, List<String> furtherApiServerArguments)
      throws IOException {
    this.binaries = binaries;
    this.sandbox = sandbox;
    this.furtherApiServerArguments = List.copyOf(furtherApiServerArguments);
    Path folder = Files.createDirectory(sandbox.made().folder().resolve("control-plane"));
    this.certificates = ClusterCertificates.in(folder, address(), SERVICE_ADDRESS);
    this.processes =
        new NodeProcesses(
            binaries,
            sandbox,
            NodeFiles.write(
                sandbox.made().folder(), certificates.authority(), sandbox.made().cgroup()));
  }

  /**
   * Makes a node, builds what is missing for it, and waits until a pod has run on it. The caller
   * closes it; it also goes when this JVM ends, however that happens.
   *
   * @throws io.webidentity.testing.cluster.ClusterUnavailableException if this machine lacks
   *     something, or the node does not start; the message says what to do
   */
  public static TestNode start() {
    return start(List.of());
  }

  /**
   * The same, with an API server that is told more than others; files that it names are this
   * machine's.
   */
  public static TestNode start(List<String> furtherApiServerArguments) {
    NodePrerequisites.require();
    ClusterBinaries binaries = ClusterBinaries.buildForNode();
    NodeSandbox sandbox = NodeSandbox.make();
    try {
      TestNode node = new TestNode(binaries, sandbox, furtherApiServerArguments);
      node.stopHook.set();
      try {
        node.startAll();
        return node;
      } catch (IOException | RuntimeException e) {
        node.close();
        throw e;
      }
    } catch (IOException e) {
      sandbox.close();
      throw new UncheckedIOException(e);
    }
  }

  private void startAll() throws IOException {
    long began = System.nanoTime();
    System.out.println("node: starting; output of its processes: " + ClusterProcess.LOGS);
    processes.startContainerd();
    CompletableFuture<Void> images =
        CompletableFuture.runAsync(this::loadOwnImages, Thread.ofVirtual()::start);
    TestCluster started = TestCluster.start(binaries, controlPlane());
    cluster = started;
    processes.startScheduler();
    processes.startKubelet();
    NodeReadiness readiness = new NodeReadiness(started.client(), processes);
    readiness.publishDiscovery();
    images.join();
    readiness.awaitNode();
    readiness.awaitPod();
    System.out.printf(
        "node: ready, and a pod has run, after %d ms%n", (System.nanoTime() - began) / 1_000_000);
  }

  private ControlPlaneSite controlPlane() throws IOException {
    String kubelet = UUID.randomUUID().toString();
    String scheduler = UUID.randomUUID().toString();
    String authority = Files.readString(authority());
    new Kubeconfig(server(), authority, kubelet).writeTo(processes.files().kubeletKubeconfig());
    new Kubeconfig(server(), authority, scheduler).writeTo(processes.files().schedulerKubeconfig());
    return new ControlPlaneSite(
            processes.site(sandbox.network(), certificates.folder()),
            certificates,
            2379,
            server(),
            sandbox.made().machineAddress(),
            apiServerArguments(),
            List.of(),
            List.of(
                kubelet + ",system:node:%1$s,%1$s,system:nodes".formatted(NodeProcesses.NODE),
                scheduler + ",system:kube-scheduler,system:kube-scheduler"))
        .with(furtherApiServerArguments);
  }

  private List<String> apiServerArguments() {
    return List.of(
        "--bind-address=0.0.0.0",
        "--secure-port=443",
        // What the Service `kubernetes` leads to, and the node's network has on its loopback link.
        "--advertise-address=" + SERVICE_ADDRESS,
        "--service-account-issuer=" + issuer(),
        "--service-account-jwks-uri=" + issuer() + "/openid/v1/jwks",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=ServiceAccount,NodeRestriction",
        // Webhooks behind Services are called at their pods' addresses: there is no kube-proxy.
        "--enable-aggregator-routing=true",
        "--kubelet-preferred-address-types=InternalIP",
        "--kubelet-client-certificate=" + certificates.serverCertificate(),
        "--kubelet-client-key=" + certificates.serverKey());
  }

  private void loadOwnImages() {
    processes.awaitContainerd();
    NodeImages.write(sandbox.made().folder()).forEach(this::load);
  }

  /** The cluster: its fixtures and an administrator's client. */
  public TestCluster cluster() {
    if (cluster == null) {
      throw new IllegalStateException("The node has not been started");
    }
    return cluster;
  }

  /**
   * Makes an image known to the node; a pod that names it pulls nothing.
   *
   * @param archive tar file of Docker's or OCI's layout, which names the image
   */
  public void load(Path archive) {
    sandbox.run(archive, "ctr", "--namespace", "k8s.io", "images", "import", "-");
  }

  /**
   * The node's IPv4 address: this machine, pods and the node itself reach there what listens in the
   * node's network.
   */
  public String address() {
    return sandbox.made().nodeAddress();
  }

  /**
   * The issuer of ServiceAccounts' tokens. Its discovery document and key set are served to
   * everybody, with a certificate that {@link #authority} signs.
   */
  public URI issuer() {
    return server();
  }

  /** The certificate that signs the API server's, a PEM file. */
  public Path authority() {
    return certificates.authority();
  }

  /** Files of this path go with the node. */
  public Path folder() {
    return sandbox.made().folder();
  }

  /**
   * One of the programs that {@code src/test/cluster/build node} makes, such as {@code kubectl}.
   */
  public Path program(String name) {
    return binaries.program(name);
  }

  /**
   * Starts a program in the node's network, with this machine's file system. It ends with the node
   * at the latest; its file name names its log.
   *
   * @param environment variables beside PATH, TMPDIR and HOME
   */
  public ClusterProcess start(
      Path program, List<String> arguments, Map<String, String> environment) {
    return processes.site(sandbox.network(), folder()).start(program, arguments, environment);
  }

  /** Starts kubelet again, which then knows no token that it has fetched for a pod; pods go on. */
  public void restartKubelet() {
    processes.restartKubelet();
  }

  NodeSandbox.Made sandbox() {
    return sandbox.made();
  }

  private URI server() {
    return URI.create("https://" + address());
  }

  private synchronized void stopAll() {
    try (sandbox) {
      processes.kill();
      if (cluster != null) {
        cluster.close();
        cluster = null;
      }
    }
  }

  @Override
  public void close() {
    stopAll();
    stopHook.remove();
  }
}
