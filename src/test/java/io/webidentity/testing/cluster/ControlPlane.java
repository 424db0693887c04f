package io.webidentity.testing.cluster;

import java.nio.file.Path;
import java.util.Optional;

/** A Kubernetes control plane: how an administrator reaches it, and how it reaches this machine. */
sealed interface ControlPlane extends AutoCloseable
    permits ContainerControlPlane, NamedControlPlane, ProcessControlPlane {
  /** An administrator's kubeconfig. */
  Path kubeconfig();

  /** Host name or address under which the API server reaches a server on this machine. */
  String webhookHost();

  /** Whether the cluster disappears with {@link #close()}, and all that tests left in it. */
  boolean disposable();

  /**
   * Makes the API server unreachable for everybody; its data stays.
   *
   * @throws UnsupportedOperationException where the cluster is not ours to stop
   */
  void stopApiServer();

  /**
   * Makes the API server answer again, at the same address, and waits until it is ready.
   *
   * @throws UnsupportedOperationException where the cluster is not ours to stop
   */
  void startApiServer();

  @Override
  void close();

  /**
   * Starts or finds the control plane, as {@link ClusterExtension} documents.
   *
   * @throws ClusterUnavailableException if none is possible, saying what to install
   */
  static ControlPlane start() {
    Optional<Path> named = NamedControlPlane.namedKubeconfig();
    return ClusterChoice.current() == ClusterChoice.ANY && named.isPresent()
        ? new NamedControlPlane(named.get())
        : startOwn();
  }

  /**
   * Starts a control plane that is nobody else's: it may be stopped.
   *
   * @throws ClusterUnavailableException if none is possible, saying what to install
   */
  static ControlPlane startOwn() {
    return switch (ClusterChoice.current()) {
      case ANY ->
          ContainerControlPlane.dockerAnswers()
              ? ContainerControlPlane.start()
              : ProcessControlPlane.start();
      case CONTAINER -> ContainerControlPlane.start();
      case PROCESSES -> ProcessControlPlane.start();
      case OLDEST -> ProcessControlPlane.startOldest();
    };
  }
}
