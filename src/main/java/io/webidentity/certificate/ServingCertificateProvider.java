package io.webidentity.certificate;

import io.micronaut.http.ssl.CertificateProvider;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Sinks;

/**
 * Hands the serving certificate of the moment to Micronaut's TLS listener, which swaps its context
 * on each new one.
 *
 * <p>Micronaut serves a TLS port in plain text until the first key store has come, so that one must
 * be there from the start: where the certificate is still to come, that of a stand-in which no
 * client trusts. Kubelet's probes, which do not verify, then already learn from {@code /readyz}
 * what is missing.
 */
public final class ServingCertificateProvider implements CertificateProvider {
  /** Name under which the listener asks for this provider. */
  public static final String NAME = "serving";

  private final Sinks.Many<KeyStore> keyStores = Sinks.many().replay().latest();
  private volatile ServingCertificate current;
  private volatile ServingCertificate before;

  /** Starts with a certificate in place, real or stand-in. */
  public ServingCertificateProvider(ServingCertificate first) {
    current = first;
    before = first;
    emit(first.toKeyStore());
  }

  /**
   * Puts a certificate instead of the one before; connections that exist keep theirs. Called by one
   * thread at a time.
   */
  public void replace(ServingCertificate certificate) {
    if (!certificate.equals(current)) {
      // First of all, as it may fail: what is not served must not count as current.
      KeyStore keyStore = certificate.toKeyStore();
      ServingCertificate replaced = current;
      before = replaced;
      current = certificate;
      boolean emitted = false;
      try {
        emit(keyStore);
        emitted = true;
      } finally {
        if (!emitted) {
          current = replaced; // The next look must try again.
        }
      }
    }
  }

  /** Whether this is the certificate in use, or the one before, which new connections may get. */
  public boolean serves(X509Certificate leaf) {
    return leaf.equals(current.leaf()) || leaf.equals(before.leaf());
  }

  private void emit(KeyStore keyStore) {
    keyStores.emitNext(keyStore, Sinks.EmitFailureHandler.FAIL_FAST);
  }

  @Override
  public Publisher<KeyStore> getKeyStore() {
    return keyStores.asFlux();
  }

  @Override
  public String getName() {
    return NAME;
  }
}
