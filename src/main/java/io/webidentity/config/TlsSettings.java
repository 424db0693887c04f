package io.webidentity.config;

import java.util.List;
import java.util.Optional;

/**
 * How the TLS port is served.
 *
 * @param certificate where the serving certificate comes from
 * @param minimumVersion the lowest version accepted
 * @param cipherSuites IANA names of the TLS 1.2 suites accepted; empty means the defaults. TLS
 *     1.3's suites cannot be chosen, as in Go.
 * @param clients whose client certificates may ask; absent where everybody may
 */
public record TlsSettings(
    CertificateSettings certificate,
    TlsVersion minimumVersion,
    List<String> cipherSuites,
    Optional<ClientSettings> clients) {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException for a suite that is not one of TLS 1.2's in {@link
   *     TlsCipherSuite}
   */
  public TlsSettings {
    cipherSuites = List.copyOf(cipherSuites);
    for (String name : cipherSuites) {
      if (TlsCipherSuite.named(name).map(TlsCipherSuite::version).orElse(TlsVersion.TLS_1_3)
          != TlsVersion.TLS_1_2) {
        throw new IllegalArgumentException("not a TLS 1.2 suite: " + name);
      }
    }
  }
}
