package io.webidentity.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServingCertificateEndTest {
  @ParameterizedTest
  @CsvSource({"PT720H,PT60S", "PT1H,PT60S", "PT10M,PT60S", "PT1M,PT6S", "PT20S,PT2S"})
  void a_certificate_is_ending_a_minute_before_or_in_the_last_tenth_of_its_life(
      Duration lifetime, Duration farewell) {
    SettableClock clock = new SettableClock(Instant.parse("2026-11-28T10:00:00Z"));
    ServingCertificate certificate =
        new SelfSignedAuthority(clock, lifetime).issueServing(List.of("webhook.eks.svc"));
    Instant end = certificate.notAfter();

    assertThat(certificate.isEnding(clock.instant())).isFalse();
    assertThat(certificate.isEnding(end.minus(farewell).minusSeconds(1))).isFalse();
    assertThat(certificate.isEnding(end.minus(farewell))).isTrue();
    assertThat(certificate.isEnding(end.plusSeconds(1))).isTrue();
  }
}
