package io.webidentity.testing.cluster;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.LoadImageCallback;
import io.webidentity.testing.Folders;
import io.webidentity.testing.image.ImageArchive;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;

/**
 * An image with the interface of {@code rancher/k3s}, for Docker engines that reach no registry:
 * the programs that {@code src/test/cluster} pins, started by {@code src/test/cluster/k3s}. It is a
 * control plane alone, without kubelet and containerd, and so needs no privileges.
 *
 * @param name what the Docker engine has it under
 */
record K3sSubstitute(DockerImageName name) implements K3sImage {
  private static final Path PROGRAM = Path.of("src", "test", "cluster", "k3s");

  /** Shell and tools in one program; static, as nothing else is in the image. */
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  private static final Path HOME = Path.of("/etc/rancher/k3s");
  private static final int ETCD_PORT = 2379;
  private static final int API_PORT = 6443;

  /**
   * Makes the image and loads it into the Docker engine.
   *
   * @throws ClusterUnavailableException if what it is made of is not there
   */
  static K3sSubstitute load() {
    ClusterBinaries binaries = ClusterBinaries.build();
    if (!Files.isExecutable(BUSYBOX)) {
      throw new ClusterUnavailableException(
          "The image that stands in for K3s needs Debian's busybox-static: run"
              + " `make e2e-prerequisites`");
    }
    // A name of its own: somebody else's engine may serve several runs at once.
    String name = "web-identity-webhook/k3s:" + UUID.randomUUID();
    Path folder = Folders.temporary("webhook-test-k3s");
    try {
      load(write(name, binaries, folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Folders.delete(folder);
    }
    return new K3sSubstitute(DockerImageName.parse(name).asCompatibleSubstituteFor(K3S));
  }

  private static Path write(String name, ClusterBinaries binaries, Path folder) throws IOException {
    return ImageArchive.named(name)
        .executables(
            Map.of(
                "/bin/etcd", binaries.etcd(),
                "/bin/kube-apiserver", binaries.apiServer(),
                "/bin/kube-controller-manager", binaries.controllerManager(),
                "/bin/kubectl", binaries.program("kubectl"),
                "/bin/busybox", BUSYBOX))
        .executables(Map.of("/bin/k3s", PROGRAM))
        .layer(Map.of(HOME.toString(), settings(Files.createDirectory(folder.resolve("home")))))
        .entrypoint("/bin/k3s")
        .writeTo(folder.resolve("k3s.tar"));
  }

  /** What the genuine image makes when it starts: certificates, kubeconfig; and our flags. */
  private static Path settings(Path home) throws IOException {
    String host = DockerClientFactory.instance().dockerHostIpAddress();
    ClusterCertificates made = ClusterCertificates.in(home, host);
    ControlPlaneSite site =
        ControlPlaneSite.withoutNodes(
            HOME,
            new ClusterCertificates(HOME),
            ETCD_PORT,
            "0.0.0.0",
            API_PORT,
            ContainerControlPlane.HOST);
    ControlPlaneCommands commands = new ControlPlaneCommands(site);
    Administrator administrator = Administrator.create();
    administrator.writeTokens(home.resolve(commands.tokens().getFileName()), site.users());
    Kubeconfig kubeconfig = administrator.kubeconfig(site.server(), made);
    kubeconfig.writeTo(home.resolve(commands.kubeconfig().getFileName()));
    kubeconfig.writeTo(home.resolve("k3s.yaml"));
    Files.write(home.resolve("etcd.flags"), commands.etcd());
    Files.write(home.resolve("kube-apiserver.flags"), commands.apiServer());
    Files.write(home.resolve("kube-controller-manager.flags"), commands.controllerManager());
    return home;
  }

  private static void load(Path archive) throws IOException {
    try (InputStream bytes = Files.newInputStream(archive)) {
      engine().loadImageAsyncCmd(bytes).exec(new LoadImageCallback()).awaitMessage();
    }
  }

  private static DockerClient engine() {
    return DockerClientFactory.instance().client();
  }

  /** There are no nodes in it. */
  @Override
  public boolean privileged() {
    return false;
  }

  /** Removes it from the Docker engine. */
  @Override
  public void close() {
    engine().removeImageCmd(name.asCanonicalNameString()).exec();
  }
}
