package io.webidentity.warmup;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Predicate;
import javax.net.ssl.X509TrustManager;

/** Trusts servers that have shown one of this process' own certificates, and no client. */
final class OwnCertificateTrust implements X509TrustManager {
  private final Predicate<X509Certificate> own;

  OwnCertificateTrust(Predicate<X509Certificate> own) {
    this.own = own;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String keyExchange)
      throws CertificateException {
    if (chain.length == 0 || !own.test(chain[0])) {
      throw new CertificateException("the server at this process' own port is another one");
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String keyExchange)
      throws CertificateException {
    throw new CertificateException("there are no clients here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
