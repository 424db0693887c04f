package io.webidentity.config;

/** TLS versions that may be asked for as the lowest one accepted. */
public enum TlsVersion {
  /** RFC 5246. */
  TLS_1_2("TLSv1.2"),
  /** RFC 8446. */
  TLS_1_3("TLSv1.3");

  private final String protocol;

  TlsVersion(String protocol) {
    this.protocol = protocol;
  }

  /** The name the JDK and Netty use, such as {@code TLSv1.2}. */
  public String protocol() {
    return protocol;
  }
}
