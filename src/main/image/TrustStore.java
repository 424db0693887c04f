import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes a Java trust store of a folder of PEM certificates: PKCS#12 without a password, as JDKs have it, which is the
 * same bytes for the same certificates.
 */
final class TrustStore {
  private TrustStore() {}

  public static void main(String[] args) throws Exception {
    System.setProperty("keystore.pkcs12.certProtectionAlgorithm", "NONE");
    System.setProperty("keystore.pkcs12.macAlgorithm", "NONE");
    List<Path> files;
    try (Stream<Path> folder = Files.list(Path.of(args[0]))) {
      files = folder.filter(file -> file.toString().endsWith(".crt")).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no certificates in " + args[0]);
    }
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (Path file : files) {
      try (InputStream pem = Files.newInputStream(file)) {
        Certificate certificate = factory.generateCertificate(pem);
        store.setCertificateEntry(file.getFileName().toString(), certificate);
      }
    }
    try (OutputStream out = Files.newOutputStream(Path.of(args[1]))) {
      store.store(out, null);
    }
  }
}
