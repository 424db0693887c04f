package io.webidentity.kubernetes;

import io.fabric8.kubernetes.client.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The API credentials that Kubernetes <a
 * href="https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/">gives every pod</a>.
 *
 * @param environment the process's environment variables
 * @param folder where the token and the cluster's CA certificate are mounted
 */
public record PodCredentials(Map<String, String> environment, Path folder) {
  /** A folder instead of Kubernetes', for who runs the program as in a pod, but in none. */
  private static final String FOLDER_PROPERTY = "io.webidentity.pod-credentials";

  private static final String FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

  /** Those of the pod this process runs in, if it does. */
  public static PodCredentials ofThisProcess() {
    return new PodCredentials(
        System.getenv(), Path.of(System.getProperty(FOLDER_PROPERTY, FOLDER)));
  }

  /** Whether there are any. */
  boolean available() {
    return Files.isReadable(token());
  }

  /** The API server's URL; empty outside of a pod. */
  Optional<String> apiServer() {
    String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    if (host.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
  }

  /** Makes the client use them. */
  void addTo(Config config) {
    Path authority = folder.resolve("ca.crt");
    if (Files.isReadable(authority)) {
      config.setCaCertFile(authority.toString());
    }
    config.setOauthTokenProvider(new TokenFile(token()));
  }

  private Path token() {
    return folder.resolve("token");
  }
}
