package io.webidentity.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * K3s in a container. Its API server reaches this machine as {@code host.docker.internal}, which
 * the Docker engine resolves to the host's address on the bridge: a webhook must listen there, not
 * only on the loopback address.
 */
final class ContainerControlPlane implements ControlPlane {
  private static final String HOST = "host.docker.internal";
  private static final String DEFAULT_IMAGE = "rancher/k3s:v1.36.3-k3s1";

  private final K3sContainer container;
  private final Path kubeconfig;

  ContainerControlPlane() {
    String image = NamedControlPlane.setting("webhook.test.k3s.image").orElse(DEFAULT_IMAGE);
    System.out.println("cluster: starting K3s as a container of " + image);
    this.container =
        new K3sContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("rancher/k3s"))
            .withExtraHost(HOST, "host-gateway");
    try {
      container.start();
      this.kubeconfig = Files.createTempFile("webhook-test-k3s", ".kubeconfig");
      Files.writeString(kubeconfig, container.getKubeConfigYaml());
    } catch (RuntimeException | IOException e) {
      container.stop();
      throw new ClusterUnavailableException(
          "A Docker engine answers, but K3s did not start from "
              + image
              + " (webhook.test.k3s.image names another image, webhook.test.kubeconfig a running"
              + " cluster)",
          e);
    }
  }

  static boolean dockerAnswers() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  @Override
  public Path kubeconfig() {
    return kubeconfig;
  }

  @Override
  public String webhookHost() {
    return HOST;
  }

  @Override
  public boolean disposable() {
    return true;
  }

  /** Freezes the container: stopping it would give its port away. */
  @Override
  public void stopApiServer() {
    container.getDockerClient().pauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void startApiServer() {
    container.getDockerClient().unpauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void close() {
    container.stop();
    try {
      Files.deleteIfExists(kubeconfig);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
