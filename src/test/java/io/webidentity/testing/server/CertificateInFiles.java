package io.webidentity.testing.server;

import io.webidentity.testing.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A certificate for localhost, in files.
 *
 * @param folder of the files, and of its authority's certificate
 * @param authority issues it
 */
public record CertificateInFiles(Path folder, TestAuthority authority) {
  /** File with the authority's certificate, PEM. */
  static final String AUTHORITY = "ca.crt";

  /** Files that do not exist yet, in a temporary folder that has the authority's certificate. */
  public static CertificateInFiles issue() throws IOException {
    Path folder = Files.createTempDirectory("webhook-");
    TestAuthority authority = new TestAuthority();
    Files.writeString(folder.resolve(AUTHORITY), authority.pem());
    return new CertificateInFiles(folder, authority);
  }

  /** Writes a new certificate, and its key. */
  public void write() throws IOException {
    TestAuthority.Issued serving = authority.issue(List.of("localhost"));
    Folders.replace(key(), serving.key());
    Folders.replace(certificate(), serving.certificate());
  }

  /** Flags of a server with this certificate. */
  List<String> flags() {
    return List.of("--in-cluster=false", "--tls-cert=" + certificate(), "--tls-key=" + key());
  }

  private Path certificate() {
    return folder.resolve("tls.crt");
  }

  private Path key() {
    return folder.resolve("tls.key");
  }
}
