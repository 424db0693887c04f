package io.webidentity.testing.cluster;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The user of a control plane who may do everything.
 *
 * @param token bearer token
 */
record Administrator(String token) {
  /** One with a token that nobody else has. */
  static Administrator create() {
    return new Administrator(UUID.randomUUID().toString());
  }

  /**
   * Writes the API server's file of users that have tokens.
   *
   * @param others further lines, each {@code token,name,uid,"groups"}
   */
  void writeTokens(Path file, List<String> others) throws IOException {
    String line = token + ",admin,admin,\"system:masters\"";
    Files.write(file, Stream.concat(Stream.of(line), others.stream()).toList());
  }

  /** How this user reaches the API server. */
  Kubeconfig kubeconfig(URI server, ClusterCertificates certificates) throws IOException {
    return new Kubeconfig(server, Files.readString(certificates.authority()), token);
  }
}
