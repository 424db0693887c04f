package io.webidentity.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where ServiceAccounts are read from. */
public sealed interface AccountSourceSettings {
  /**
   * A cluster's API server.
   *
   * @param kubeconfig kubeconfig file; absent means the pod's own API credentials
   * @param apiServer URL that replaces the one of the kubeconfig or of the pod's environment
   * @param lookupDeadline how long one live look-up may take, waiting for its turn included
   * @param resyncPeriod how often the informer hands out again what it knows; zero means never
   */
  record Cluster(
      Optional<Path> kubeconfig,
      Optional<URI> apiServer,
      Duration lookupDeadline,
      Duration resyncPeriod)
      implements AccountSourceSettings {}

  /**
   * ServiceAccount manifests in the place of a cluster.
   *
   * @param path a YAML or JSON file, or a folder of them; watched
   */
  record Manifests(Path path) implements AccountSourceSettings {}
}
