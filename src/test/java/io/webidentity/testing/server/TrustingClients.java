package io.webidentity.testing.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS contexts of clients that trust one authority and nothing else; host names are verified as
 * always.
 */
public final class TrustingClients {
  private TrustingClients() {}

  /** A context that trusts the authority whose certificate is in this PEM file. */
  public static SSLContext sslContext(Path authority) throws IOException {
    return sslContext(authority, new KeyManager[0]);
  }

  /** The same, with certificates of the client's own. */
  static SSLContext sslContext(Path authority, KeyManager[] own) throws IOException {
    try (InputStream pem = Files.newInputStream(authority)) {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(authority + " is not a certificate", e);
    }
  }
}
