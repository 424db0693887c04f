package io.webidentity.testing.cluster;

import io.fabric8.kubernetes.api.model.ConfigBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * How one user reaches an API server.
 *
 * @param server URL of the API server
 * @param authorityPem certificates that sign the server's; empty for plain HTTP
 * @param token bearer token; empty for none
 */
public record Kubeconfig(URI server, String authorityPem, String token) {
  /** As K3s names them: Testcontainers makes this context the current one. */
  private static final String NAME = "default";

  /** Writes this as a kubeconfig file. */
  public Path writeTo(Path file) {
    String pem = Base64.getEncoder().encodeToString(authorityPem.getBytes(StandardCharsets.UTF_8));
    var config =
        new ConfigBuilder()
            .addNewCluster()
            .withName(NAME)
            .withNewCluster()
            .withServer(server.toString())
            .withCertificateAuthorityData(pem.isEmpty() ? null : pem)
            .endCluster()
            .endCluster()
            .addNewUser()
            .withName(NAME)
            .withNewUser()
            .withToken(token.isEmpty() ? null : token)
            .endUser()
            .endUser()
            .addNewContext()
            .withName(NAME)
            .withNewContext()
            .withCluster(NAME)
            .withUser(NAME)
            .endContext()
            .endContext()
            .withCurrentContext(NAME)
            .build();
    try {
      return Files.writeString(file, Serialization.asYaml(config));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
