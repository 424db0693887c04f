package io.webidentity.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.cli.cluster.Check.Status;
import io.webidentity.testing.server.TestAuthority;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateChecksTest {
  private static final TestAuthority AUTHORITY = new TestAuthority();
  private static final String NAME = "webhook.home.svc";
  private static final String SERVED = AUTHORITY.issue(List.of(NAME)).certificate();

  private final Checks checks = new Checks();

  /** Test certificates live for two days, from an hour ago on. */
  @ParameterizedTest
  @CsvSource({"0, PASSED", "-2, FAILED", "40, WARNING"})
  void a_certificate_is_good_for_its_life_but_the_last_third(int hours, Status status) {
    served(Instant.now().plus(Duration.ofHours(hours)), NAME, AUTHORITY);

    assertThat(status("certificate-life")).isEqualTo(status);
    assertThat(status("certificate-trust")).isEqualTo(Status.PASSED);
  }

  /** Its authority lives as long. */
  @Test
  void what_has_ended_is_neither_alive_nor_trusted() {
    served(Instant.now().plus(Duration.ofHours(50)), NAME, AUTHORITY);

    assertThat(status("certificate-life")).isEqualTo(Status.FAILED);
    assertThat(status("certificate-trust")).isEqualTo(Status.FAILED);
  }

  @Test
  void an_authority_of_another_name_alike_is_not_the_one() {
    served(Instant.now(), NAME, new TestAuthority());

    assertThat(status("certificate-trust")).isEqualTo(Status.FAILED);
    assertThat(status("certificate-life")).isEqualTo(Status.PASSED);
  }

  @Test
  void a_certificate_for_another_name_is_named_with_its_own() {
    served(Instant.now(), "other.home.svc", AUTHORITY);

    assertThat(status("certificate-name")).isEqualTo(Status.FAILED);
    assertThat(checks.all())
        .anySatisfy(check -> assertThat(check.detail()).contains(NAME, "other.home.svc"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%%%", "bm90IGEgY2VydGlmaWNhdGU="})
  void a_bundle_that_is_none_fails(String bundle) {
    assertThat(new CertificateChecks(checks, Instant.now()).bundle(bundle(bundle))).isEmpty();
    assertThat(status("ca-bundle")).isEqualTo(Status.FAILED);
  }

  /** No public authority signs for a Service. */
  @Test
  void without_a_bundle_a_url_has_the_authorities_of_the_system() {
    for (JsonNode client : List.of(bundle("").put("url", "https://x"), url())) {
      assertThat(new CertificateChecks(checks, Instant.now()).bundle(client)).isEmpty();
    }
    assertThat(checks.all()).extracting(Check::status).containsOnly(Status.PASSED).hasSize(2);

    new CertificateChecks(checks, Instant.now()).bundle(url().put("caBundle", "%%%"));
    assertThat(checks.all().getLast().status()).isEqualTo(Status.FAILED);
  }

  private static ObjectNode url() {
    return new ObjectMapper().createObjectNode().put("url", "https://x");
  }

  /** As crypto/x509 of Go: a star is the whole left-most label, and nothing else is special. */
  @ParameterizedTest
  @CsvSource({
    "*.home.svc, PASSED",
    "WebHook.Home.SVC, PASSED",
    "*.HOME.svc, PASSED",
    "*.svc, FAILED",
    "*, FAILED",
    "web*.home.svc, FAILED",
    "webhook.*.svc, FAILED",
    "*.webhook.home.svc, FAILED",
    "home.svc, FAILED"
  })
  void names_count_as_the_api_server_compares_them(String name, Status status) {
    new CertificateChecks(checks, Instant.now())
        .served(AUTHORITY.issue(List.of("other.svc", name)).certificate(), NAME, List.of());

    assertThat(status("certificate-name")).isEqualTo(status);
  }

  @Test
  void an_expired_authority_fails() {
    Instant late = Instant.now().plus(Duration.ofDays(5));
    new CertificateChecks(checks, late).bundle(bundle(AUTHORITY));
    assertThat(status("ca-bundle")).isEqualTo(Status.FAILED);
  }

  @Test
  void text_instead_of_a_certificate_fails() {
    new CertificateChecks(checks, Instant.now()).served("x", NAME, List.of());
    assertThat(status("certificate")).isEqualTo(Status.FAILED);
  }

  private void served(Instant now, String name, TestAuthority authority) {
    CertificateChecks certificates = new CertificateChecks(checks, now);
    List<X509Certificate> authorities =
        new CertificateChecks(new Checks(), now).bundle(bundle(authority));
    certificates.served(SERVED, name, authorities);
  }

  private static JsonNode bundle(TestAuthority authority) {
    return bundle(
        Base64.getEncoder().encodeToString(authority.pem().getBytes(StandardCharsets.UTF_8)));
  }

  private static ObjectNode bundle(String base64) {
    return new ObjectMapper().createObjectNode().put("caBundle", base64);
  }

  private Status status(String name) {
    return checks.all().stream()
        .filter(check -> check.name().equals(name))
        .map(Check::status)
        .findFirst()
        .orElseThrow();
  }
}
