package io.webidentity.certificate;

import io.webidentity.secret.SecretText;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the replicas share in one Secret: the certificate that is served, the one that will take its
 * place, and every authority that clients must trust for both.
 *
 * <table>
 * <caption>Keys of the Secret's data, all PEM</caption>
 * <tr><th>key</th><th>holds</th></tr>
 * <tr><td>{@code tls.crt}, {@code tls.key}</td><td>the pair that is served, leaf first, its
 * authority last</td></tr>
 * <tr><td>{@code next-tls.crt}, {@code next-tls.key}</td><td>the pair to come, if any</td></tr>
 * <tr><td>{@code ca.crt}</td><td>the authorities to trust</td></tr>
 * </table>
 *
 * @param current the certificate to serve
 * @param next the certificate that is announced to clients before it is served
 * @param trusted authorities, those of both certificates included
 */
record SharedCertificates(
    Optional<ServingCertificate> current,
    Optional<ServingCertificate> next,
    List<X509Certificate> trusted) {
  /** Nothing yet. */
  static final SharedCertificates NONE =
      new SharedCertificates(Optional.empty(), Optional.empty(), List.of());

  private static final String AUTHORITIES = "ca.crt";

  SharedCertificates {
    trusted = List.copyOf(trusted);
  }

  /**
   * Reads a Secret's data; absent and empty values count as nothing.
   *
   * @param source name of the Secret, for messages
   * @throws UnusableCertificateException if a value is there and broken
   */
  static SharedCertificates read(Map<String, byte[]> data, String source)
      throws UnusableCertificateException {
    String authorities = text(data, AUTHORITIES);
    return new SharedCertificates(
        pair(data, "tls", source),
        pair(data, "next-tls", source),
        authorities.isEmpty()
            ? List.of()
            : Pem.certificates(authorities, AUTHORITIES + " of " + source));
  }

  /** The Secret's data that {@link #read} makes the same of. */
  Map<String, byte[]> data() {
    Map<String, byte[]> data = new LinkedHashMap<>();
    current.ifPresent(certificate -> put(data, "tls", certificate));
    next.ifPresent(certificate -> put(data, "next-tls", certificate));
    data.put(AUTHORITIES, trustedPem());
    return data;
  }

  /** The authorities to trust, as PEM. */
  byte[] trustedPem() {
    return Pem.write(trusted);
  }

  private static Optional<ServingCertificate> pair(
      Map<String, byte[]> data, String name, String source) throws UnusableCertificateException {
    String chain = text(data, name + ".crt");
    if (chain.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ServingCertificate(
            Pem.privateKey(SecretText.of(text(data, name + ".key")), name + ".key of " + source),
            Pem.certificates(chain, name + ".crt of " + source)));
  }

  private static void put(Map<String, byte[]> data, String name, ServingCertificate certificate) {
    data.put(name + ".crt", Pem.write(certificate.chain()));
    data.put(name + ".key", certificate.exportKeyPem());
  }

  private static String text(Map<String, byte[]> data, String key) {
    return new String(data.getOrDefault(key, new byte[0]), StandardCharsets.ISO_8859_1);
  }
}
