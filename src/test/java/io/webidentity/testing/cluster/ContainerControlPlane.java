package io.webidentity.testing.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.k3s.K3sContainer;

/**
 * K3s in a container of a {@link K3sImage}. Its API server reaches this machine as {@code
 * host.docker.internal}, which the Docker engine resolves to the host's address on the bridge: a
 * webhook must listen there, not only on the loopback address.
 */
final class ContainerControlPlane implements ControlPlane {
  /** How an API server in a container names this machine. */
  static final String HOST = "host.docker.internal";

  private static final Path LOG = ClusterProcess.LOGS.resolve("k3s.log");

  /** Half a minute on an idle machine; many times that where two cores are shared with a build. */
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  private final K3sImage image;
  private final K3sContainer container;
  private final Path kubeconfig;

  private ContainerControlPlane(K3sImage image) throws IOException {
    this.image = image;
    Files.createDirectories(ClusterProcess.LOGS);
    this.kubeconfig = Files.createTempFile("webhook-test-k3s", ".kubeconfig");
    // Ctrl-C ends the engine or its helper container, not this file.
    kubeconfig.toFile().deleteOnExit();
    this.container =
        new K3sContainer(image.name())
            // An engine that lacks a single capability, as in many a sandbox, starts no privileged
            // one.
            .withPrivilegedMode(image.privileged())
            .withExtraHost(HOST, "host-gateway")
            .withStartupTimeout(DEADLINE)
            .withLogConsumer(ContainerControlPlane::log);
  }

  /** Whether there is a Docker engine that answers. */
  static boolean dockerAnswers() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  /**
   * Starts K3s and waits until its API server is ready.
   *
   * @throws ClusterUnavailableException if no Docker engine answers, or K3s does not start
   */
  static ContainerControlPlane start() {
    requireDocker();
    try {
      ContainerControlPlane plane = new ContainerControlPlane(K3sImage.chosen());
      try {
        plane.startContainer();
      } catch (RuntimeException e) {
        plane.close();
        throw notStarted(plane.image, e);
      }
      return plane;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireDocker() {
    try {
      DockerClientFactory.instance().client();
    } catch (RuntimeException e) {
      throw new ClusterUnavailableException(
          "Tests against an API server in a container need a Docker engine: start yours, or run"
              + " `make test-containers`, which starts one of its own where Debian's docker.io is"
              + " installed (`make e2e-prerequisites`)",
          e);
    }
  }

  private static ClusterUnavailableException notStarted(K3sImage image, RuntimeException cause) {
    return new ClusterUnavailableException(
        ("A Docker engine answers, but K3s did not start from %s; its output, if any: %s. Where no"
                + " registry can be reached, WEBHOOK_TEST_K3S_IMAGE=%s makes an image that stands"
                + " in; WEBHOOK_TEST_CLUSTER=processes does without Docker")
            .formatted(image.name(), LOG, K3sImage.SUBSTITUTE),
        cause);
  }

  private void startContainer() {
    long began = System.nanoTime();
    System.out.println("cluster: starting K3s as a container of " + image.name());
    container.start();
    try {
      Files.writeString(kubeconfig, container.getKubeConfigYaml());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitReady();
    System.out.printf(
        "cluster: API server in container %s ready after %d ms%n",
        container.getContainerId().substring(0, 12), (System.nanoTime() - began) / 1_000_000);
  }

  private void awaitReady() {
    ApiServerReadiness.await(kubeconfig, this::requireAlive, () -> "see " + LOG);
  }

  private void requireAlive() {
    if (!container.isRunning()) {
      throw new ClusterUnavailableException("The container of K3s has ended; see " + LOG);
    }
  }

  private static void log(OutputFrame frame) {
    byte[] bytes = frame.getBytes();
    if (bytes == null) {
      return;
    }
    try {
      Files.write(LOG, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    awaitReady();
  }

  @Override
  public void close() {
    try (image) {
      container.stop();
      Files.deleteIfExists(kubeconfig);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
