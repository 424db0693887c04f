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
   */
  record Cluster(Optional<Path> kubeconfig, Optional<URI> apiServer, Duration lookupDeadline)
      implements AccountSourceSettings {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException for a deadline that is not positive, or an API server that
     *     is no http or https URL
     */
    public Cluster {
      if (lookupDeadline.isNegative() || lookupDeadline.isZero()) {
        throw new IllegalArgumentException("a look-up needs time: " + lookupDeadline);
      }
      if (apiServer.isPresent() && !isHttp(apiServer.get())) {
        throw new IllegalArgumentException("not an http or https URL: " + apiServer.get());
      }
    }

    /** Whether an API server can have this address: http or https, and a host. */
    public static boolean isHttp(URI address) {
      String scheme = address.getScheme();
      return ("https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme))
          && address.getHost() != null;
    }
  }

  /**
   * ServiceAccount manifests instead of a cluster.
   *
   * @param path a YAML or JSON file, or a folder of them; watched
   */
  record Manifests(Path path) implements AccountSourceSettings {}
}
