package io.webidentity.testing.cluster;

import io.webidentity.testing.server.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Certificates and keys of a control plane, as PEM files in one folder: an authority, the API
 * server's certificate, and the key that signs ServiceAccount tokens.
 */
public record ClusterCertificates(Path folder) {
  /** Makes them all, for an API server at the loopback addresses and these others. */
  public static ClusterCertificates in(Path folder, String... addresses) {
    ClusterCertificates files = new ClusterCertificates(folder);
    TestAuthority authority = new TestAuthority();
    TestAuthority.Issued server =
        authority.issue(
            Stream.concat(
                    Stream.of("127.0.0.1", "localhost", "kubernetes.default.svc"),
                    Arrays.stream(addresses))
                .toList());
    KeyPair tokens = TestAuthority.newKey();
    try {
      Files.writeString(files.authority(), authority.pem());
      Files.writeString(files.serverCertificate(), server.certificate());
      Files.writeString(files.serverKey(), server.key());
      Files.writeString(
          files.tokenKey(), TestAuthority.pem("PRIVATE KEY", tokens.getPrivate().getEncoded()));
      Files.writeString(
          files.tokenPublicKey(), TestAuthority.pem("PUBLIC KEY", tokens.getPublic().getEncoded()));
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The certificate that signs the others. */
  public Path authority() {
    return folder.resolve("ca.crt");
  }

  /**
   * The API server's certificate, which names no purpose: it serves, and is a client of kubelets.
   */
  public Path serverCertificate() {
    return folder.resolve("apiserver.crt");
  }

  /** The key of that certificate. */
  public Path serverKey() {
    return folder.resolve("apiserver.key");
  }

  Path tokenKey() {
    return folder.resolve("sa.key");
  }

  Path tokenPublicKey() {
    return folder.resolve("sa.pub");
  }
}
