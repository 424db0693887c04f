package io.webidentity.config;

import java.nio.file.Path;
import java.time.Duration;
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

  /**
   * The built-in authority: certificates that the replicas make and share through one Secret.
   *
   * @param namespace the namespace of Secret and Service
   * @param secret name of the Secret; it must exist
   * @param service name of the Service in front of the webhook, which the certificates are for
   * @param configuration name of the MutatingWebhookConfiguration that is told whom to trust;
   *     absent where somebody else does it
   * @param lifetime of a certificate; at least {@link #SHORTEST_LIFETIME}
   */
  record BuiltIn(
      String namespace,
      String secret,
      String service,
      Optional<String> configuration,
      Duration lifetime)
      implements CertificateSettings {
    /** Two looks at the Secret, a second each, fit into the sixth that overlaps. */
    public static final Duration SHORTEST_LIFETIME = Duration.ofSeconds(12);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException for a lifetime that is too short
     */
    public BuiltIn {
      if (lifetime.compareTo(SHORTEST_LIFETIME) < 0) {
        throw new IllegalArgumentException("too short a lifetime: " + lifetime);
      }
    }
  }
}
