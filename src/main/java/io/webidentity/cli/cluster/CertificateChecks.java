package io.webidentity.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.certificate.Pem;
import io.webidentity.certificate.UnusableCertificateException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether the API server can trust what the webhook serves. Knows no cluster. */
final class CertificateChecks {
  /** Type of a DNS name among a certificate's names (RFC 5280, section 4.2.1.6). */
  private static final int DNS_NAME = 2;

  /** Certificates are renewed with a third of their life left, by cert-manager and by us. */
  private static final int LAST_PART = 3;

  private static final String RENEW =
      "have it renewed: see the logs of cert-manager or of the webhook";

  private final Checks checks;
  private final Instant now;

  CertificateChecks(Checks checks, Instant now) {
    this.checks = checks;
    this.now = now;
  }

  /**
   * Looks at the CA bundle of the webhook's configuration.
   *
   * @param client its clientConfig: the bundle is base64 of PEM
   * @return its certificates; none if they cannot be read
   */
  List<X509Certificate> bundle(JsonNode client) {
    String bundle = client.path("caBundle").asText("");
    if (bundle.isEmpty() && client.has("url")) {
      checks.passed(
          "ca-bundle",
          "the configuration has none: the API server trusts the CAs of its own system");
      return List.of();
    }
    if (bundle.isEmpty()) {
      checks.failed(
          "ca-bundle",
          "the configuration has no caBundle, and no public CA signs for a Service",
          "have cert-manager's cainjector or the webhook write it, or set certificate.caBundle");
      return List.of();
    }
    List<X509Certificate> authorities;
    try {
      authorities =
          Pem.certificates(
              new String(Base64.getDecoder().decode(bundle), StandardCharsets.UTF_8), "caBundle");
    } catch (UnusableCertificateException | IllegalArgumentException _) {
      checks.failed("ca-bundle", "the caBundle is no PEM of certificates", "replace it");
      return List.of();
    }
    boolean alive = authorities.stream().anyMatch(authority -> notAfter(authority).isAfter(now));
    if (alive) {
      checks.passed("ca-bundle", "CA certificates: %d".formatted(authorities.size()));
    } else {
      checks.failed("ca-bundle", "every CA certificate of the caBundle has expired", RENEW);
    }
    return authorities;
  }

  /**
   * Looks at the certificate that is served.
   *
   * @param pem the chain, leaf first
   * @param name the name by which the API server calls it
   * @param authorities those that the API server trusts
   */
  void served(String pem, String name, List<X509Certificate> authorities) {
    List<X509Certificate> chain;
    try {
      chain = Pem.certificates(pem, "tls.crt");
    } catch (UnusableCertificateException _) {
      chain = List.of();
    }
    if (chain.isEmpty()) {
      checks.failed("certificate", "the Secret's tls.crt is no certificate", RENEW);
      return;
    }
    X509Certificate leaf = chain.getFirst();
    life(leaf);
    name(leaf, name);
    trust(chain, authorities);
  }

  private void life(X509Certificate leaf) {
    Instant begin = leaf.getNotBefore().toInstant();
    Instant end = notAfter(leaf);
    Duration left = Duration.between(now, end);
    String until = "the certificate is valid until " + end;
    if (left.isNegative()) {
      checks.failed("certificate-life", "the certificate expired on " + end, RENEW);
    } else if (begin.isAfter(now)) {
      checks.failed(
          "certificate-life",
          "the certificate is valid only from " + begin,
          "correct the clocks, or have it issued again");
    } else if (left.multipliedBy(LAST_PART).compareTo(Duration.between(begin, end)) < 0) {
      checks.warning("certificate-life", until + ", less than a third of its life", RENEW);
    } else {
      checks.passed("certificate-life", until);
    }
  }

  private void name(X509Certificate leaf, String name) {
    Set<String> names = names(leaf);
    if (names.stream().anyMatch(one -> isFor(one, name))) {
      checks.passed("certificate-name", "the certificate is for " + name);
    } else {
      checks.failed(
          "certificate-name",
          "the certificate is for %s, and the API server asks for %s".formatted(names, name),
          "have it issued for that name");
    }
  }

  /** As Go compares them: a star is the whole left-most label (RFC 6125, section 6.4.3). */
  private static boolean isFor(String pattern, String name) {
    return pattern.equalsIgnoreCase(name)
        || pattern.equalsIgnoreCase("*" + name.substring(name.indexOf('.')));
  }

  private void trust(List<X509Certificate> chain, List<X509Certificate> authorities) {
    if (authorities.isEmpty()) {
      checks.skipped("certificate-trust", "there is no CA certificate to compare with");
      return;
    }
    X509Certificate leaf = chain.getFirst();
    // Go looks at the life of authorities as well, and Java does not.
    boolean trusted =
        authorities.stream()
            .filter(authority -> notAfter(authority).isAfter(now))
            .anyMatch(authority -> authority.equals(leaf) || leadsTo(authority, chain));
    if (trusted) {
      checks.passed("certificate-trust", "a CA of the caBundle issued the certificate");
    } else {
      checks.failed(
          "certificate-trust",
          "no CA of the caBundle issued the certificate that is served",
          "put the CA certificate of %s into the caBundle"
              .formatted(chain.getLast().getIssuerX500Principal().getName()));
    }
  }

  /** At a time when the leaf is valid: its life has a check of its own. */
  private static boolean leadsTo(X509Certificate authority, List<X509Certificate> chain) {
    try {
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(chain.getFirst().getNotBefore().toInstant().plusSeconds(1)));
      List<Certificate> path = new ArrayList<>();
      for (X509Certificate certificate : chain) {
        if (certificate.equals(authority)) {
          break;
        }
        path.add(certificate);
        if (certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
          break;
        }
      }
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
      return true;
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private static Set<String> names(X509Certificate leaf) {
    try {
      Collection<List<?>> names = leaf.getSubjectAlternativeNames();
      return names == null
          ? Set.of()
          : names.stream()
              .filter(name -> name.getFirst().equals(DNS_NAME))
              .map(name -> String.valueOf(name.get(1)))
              .collect(Collectors.toSet());
    } catch (CertificateException _) {
      return Set.of();
    }
  }

  private static Instant notAfter(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant();
  }
}
