package io.webidentity.config;

import java.util.Arrays;
import java.util.Optional;

/**
 * The cipher suites that Go implements and calls secure, by their IANA names: what {@code
 * --tls-cipher-suites} may list.
 *
 * @see <a href="https://pkg.go.dev/crypto/tls#CipherSuites">crypto/tls.CipherSuites</a>
 */
public enum TlsCipherSuite {
  TLS_AES_128_GCM_SHA256(TlsVersion.TLS_1_3),
  TLS_AES_256_GCM_SHA384(TlsVersion.TLS_1_3),
  TLS_CHACHA20_POLY1305_SHA256(TlsVersion.TLS_1_3),
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA(TlsVersion.TLS_1_2),
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA(TlsVersion.TLS_1_2),
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA(TlsVersion.TLS_1_2),
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA(TlsVersion.TLS_1_2),
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256(TlsVersion.TLS_1_2),
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384(TlsVersion.TLS_1_2),
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256(TlsVersion.TLS_1_2),
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384(TlsVersion.TLS_1_2),
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256(TlsVersion.TLS_1_2),
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256(TlsVersion.TLS_1_2);

  private final TlsVersion version;

  TlsCipherSuite(TlsVersion version) {
    this.version = version;
  }

  /** The one version of TLS that uses this suite. */
  public TlsVersion version() {
    return version;
  }

  /** The suite of this IANA name, if it is one of ours. */
  public static Optional<TlsCipherSuite> named(String name) {
    return Arrays.stream(values()).filter(suite -> suite.name().equals(name)).findFirst();
  }
}
