package io.webidentity.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;

/**
 * Certificates and keys of a control plane, as PEM files in one folder: an authority, the API
 * server's serving certificate, and the key that signs ServiceAccount tokens.
 */
record ClusterCertificates(Path folder) {
  /** Makes them all, for an API server at the loopback addresses. */
  static ClusterCertificates in(Path folder) {
    ClusterCertificates files = new ClusterCertificates(folder);
    TestAuthority authority = new TestAuthority();
    TestAuthority.Issued server =
        authority.issue(List.of("127.0.0.1", "localhost", "kubernetes.default.svc"));
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

  Path authority() {
    return folder.resolve("ca.crt");
  }

  Path serverCertificate() {
    return folder.resolve("apiserver.crt");
  }

  Path serverKey() {
    return folder.resolve("apiserver.key");
  }

  Path tokenKey() {
    return folder.resolve("sa.key");
  }

  Path tokenPublicKey() {
    return folder.resolve("sa.pub");
  }
}
