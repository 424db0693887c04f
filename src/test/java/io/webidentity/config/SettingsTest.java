package io.webidentity.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTest {
  static Stream<ThrowingCallable> invalid() {
    Duration second = Duration.ofSeconds(1);
    CertificateSettings files = new CertificateSettings.Files(Path.of("c"), Path.of("k"));
    return Stream.of(
        () -> new ServerSettings(-1, 0, second),
        () -> new ServerSettings(0, 65_536, second),
        () -> new ServerSettings(1, 1, second),
        () -> new ServerSettings(1, 2, Duration.ofNanos(-1)),
        () -> identity("a/b", "aud", 600, "pods"),
        () -> identity("a", "", 600, "pods"),
        () -> identity("a", "aud", 600, ""),
        () -> identity("a", "aud", 599, "pods"),
        () -> identity("a", "aud", (1L << 32) + 1, "pods"),
        () ->
            new TlsSettings(
                files, TlsVersion.TLS_1_2, List.of("TLS_RSA_WITH_RC4_128_SHA"), Optional.empty()),
        () ->
            new TlsSettings(
                files, TlsVersion.TLS_1_2, List.of("TLS_AES_128_GCM_SHA256"), Optional.empty()),
        () -> cluster("https://host", Duration.ZERO),
        () -> cluster("ftp://host", second),
        () -> cluster("host", second));
  }

  private static IdentitySettings identity(
      String prefix, String audience, long expiration, String podAudience) {
    return new IdentitySettings(prefix, audience, expiration, false, Optional.empty(), podAudience);
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void invalid_values_cannot_be_constructed(ThrowingCallable construction) {
    assertThatIllegalArgumentException().isThrownBy(construction);
  }

  @Test
  void values_at_the_limits_can_be_constructed() {
    assertThat(identity("a", "aud", 1L << 32, "pods").tokenExpirationSeconds())
        .isEqualTo(4_294_967_296L);
    assertThat(new ServerSettings(0, 0, Duration.ZERO).port()).isZero();
    assertThat(cluster("http://host", Duration.ofNanos(1)).apiServer()).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "a, true, true",
    "a-b, true, true",
    "a.b, false, true",
    "0a, true, true",
    "-a, false, false",
    "a-, false, false",
    "a..b, false, false",
    "A, false, false",
    "'', false, false",
    "a/b, false, false",
  })
  void names_are_judged_as_kubernetes_judges_them(String text, boolean label, boolean subdomain) {
    assertThat(DnsName.isLabel(text)).isEqualTo(label);
    assertThat(DnsName.isSubdomain(text)).isEqualTo(subdomain);
  }

  @Test
  void names_have_a_longest_length() {
    assertThat(DnsName.isLabel("a".repeat(63))).isTrue();
    assertThat(DnsName.isLabel("a".repeat(64))).isFalse();
    assertThat(DnsName.isSubdomain("a.".repeat(126) + "a")).isTrue();
    assertThat(DnsName.isSubdomain("a.".repeat(126) + "ab")).isFalse();
  }

  private static AccountSourceSettings.Cluster cluster(String address, Duration deadline) {
    return new AccountSourceSettings.Cluster(
        Optional.empty(), Optional.of(URI.create(address)), deadline);
  }
}
