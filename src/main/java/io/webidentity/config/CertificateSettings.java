package io.webidentity.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where the serving certificate comes from. */
public sealed interface CertificateSettings {
  /**
   * PEM files, as a mounted Secret has them; watched, so that a renewal needs no restart.
   *
   * @param certificate the certificate and its chain, leaf first
   * @param key the private key
   */
  record Files(Path certificate, Path key) implements CertificateSettings {}

  /**
   * A certificate made at start, with an authority of its own.
   *
   * @param authorityOut where the authority's certificate is written as PEM, for clients to trust;
   *     the key is never written
   * @param dnsNames DNS names of the certificate beside localhost and the loopback addresses
   */
  record SelfSigned(Optional<Path> authorityOut, List<String> dnsNames)
      implements CertificateSettings {
    public SelfSigned {
      dnsNames = List.copyOf(dnsNames);
    }
  }
}
