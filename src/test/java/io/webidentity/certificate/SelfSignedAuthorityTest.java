package io.webidentity.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SelfSignedAuthorityTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final SelfSignedAuthority authority =
      new SelfSignedAuthority(Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofDays(365));

  @Test
  void a_serving_certificate_is_valid_under_its_authority() throws Exception {
    X509Certificate leaf = authority.issueForLoopback(List.of()).leaf();
    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(authority.certificate(), null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(NOW));

    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)), parameters);
  }

  @Test
  void it_names_localhost_the_loopback_addresses_and_what_it_is_told() throws Exception {
    X509Certificate leaf = authority.issueForLoopback(List.of("webhook.eks.svc")).leaf();

    assertThat(leaf.getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .containsExactlyInAnyOrder("localhost", "webhook.eks.svc", "127.0.0.1", "0:0:0:0:0:0:0:1");
  }

  @Test
  void for_a_service_it_names_the_service_only() throws Exception {
    X509Certificate leaf = authority.issueServing(List.of("webhook.eks.svc")).leaf();

    assertThat(leaf.getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .containsExactly("webhook.eks.svc");
  }

  @Test
  void it_is_ecdsa_p_256_for_servers_only_and_lasts_as_long_as_told() throws Exception {
    ServingCertificate serving = authority.issueForLoopback(List.of());
    X509Certificate leaf = serving.leaf();

    assertThat(((ECPublicKey) leaf.getPublicKey()).getParams().getOrder().bitLength())
        .isEqualTo(256);
    assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(serving.notAfter()).isEqualTo(Instant.parse("2027-11-22T10:00:00Z"));
    assertThat(leaf.getNotBefore()).isBefore(Date.from(NOW));
  }

  @Test
  void its_own_certificate_may_sign_leaves_only() {
    assertThat(authority.certificate().getBasicConstraints()).isZero();
  }

  @Test
  void it_is_valid_for_its_dates_only() {
    ServingCertificate serving = authority.issueForLoopback(List.of());

    assertThat(serving.isValidAt(NOW)).isTrue();
    assertThat(serving.isValidAt(serving.notBefore().minusSeconds(1))).isFalse();
    assertThat(serving.isValidAt(serving.notAfter().plusSeconds(1))).isFalse();
  }

  @Test
  void the_key_is_never_printed() {
    ServingCertificate serving = authority.issueForLoopback(List.of());

    assertThat(serving.toString()).contains("CN=web-identity-webhook").doesNotContain("Key");
  }
}
