package io.webidentity.certificate;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Trust in authorities that a PEM file names, and in no other. */
public final class TrustedCertificates {
  private TrustedCertificates() {}

  /**
   * A TLS context of clients that trust servers of these authorities only.
   *
   * @param file certificates of authorities, PEM
   * @throws UnusableCertificateException if it has no certificate that can be used
   */
  public static SSLContext clientContext(Path file) throws UnusableCertificateException {
    List<X509Certificate> certificates =
        Pem.certificates(Pem.read(file, "the CA of the server"), file.toString());
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers(certificates), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a TLS context could not be made", e);
    }
  }

  /** What judges certificates by these authorities. */
  static TrustManager[] managers(List<X509Certificate> authorities) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry("authority-" + i, authorities.get(i));
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("an in-memory key store could not be made", e);
    }
  }
}
