package io.webidentity.testing.cluster;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * How a pod reaches its API server, for a webhook that runs as in one, but in none: what it needs
 * for that, and what an image's cache has to hold, differs from what a kubeconfig asks for.
 *
 * @param folder with the token and the authority's certificate
 * @param server URL of the API server, with a port
 */
public record PodAccess(Path folder, URI server) {
  /** Writes the folder, with the credentials of this user. */
  public static PodAccess write(Path folder, Kubeconfig user) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("token"), user.token());
    Files.writeString(folder.resolve("ca.crt"), user.authorityPem());
    return new PodAccess(folder.toAbsolutePath(), user.server());
  }

  /** The JVM's option by which the webhook finds the folder. */
  public String option() {
    return "-Dio.webidentity.pod-credentials=" + folder;
  }

  /** The variables by which it finds the API server. */
  public Map<String, String> environment() {
    return Map.of(
        "KUBERNETES_SERVICE_HOST",
        server.getHost(),
        "KUBERNETES_SERVICE_PORT",
        Integer.toString(server.getPort()));
  }
}
