package io.webidentity.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CertificateRotationTest {
  private static final List<String> NAMES = List.of("webhook.eks.svc");
  private static final Duration LIFETIME = Duration.ofDays(90);

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T10:00:00Z"));
  private final CertificateRotation rotation = new CertificateRotation(NAMES, LIFETIME, clock);

  @Test
  void the_first_certificate_is_served_at_once_and_its_authority_trusted() {
    SharedCertificates first = rotation.advance(SharedCertificates.NONE, List.of());

    assertThat(first.next()).isEmpty();
    assertThat(first.trusted()).containsExactly(current(first).authority());
    assertThat(current(first).notAfter()).isEqualTo(clock.instant().plus(LIFETIME));
  }

  @Test
  void nothing_changes_before_two_thirds_of_the_lifetime() {
    SharedCertificates first = rotation.advance(SharedCertificates.NONE, List.of());

    clock.advance(Duration.ofDays(60).minusSeconds(1));

    assertThat(rotation.advance(first, first.trusted())).isEqualTo(first);
  }

  @Test
  void after_two_thirds_the_next_authority_is_trusted_and_not_yet_used() {
    SharedCertificates first = rotation.advance(SharedCertificates.NONE, List.of());

    clock.advance(Duration.ofDays(60));
    SharedCertificates announced = rotation.advance(first, first.trusted());

    assertThat(announced.current()).isEqualTo(first.current());
    assertThat(announced.trusted())
        .containsExactly(next(announced).authority(), current(first).authority());
  }

  @Test
  void the_next_certificate_is_not_served_before_it_has_been_announced_for_long() {
    SharedCertificates announced = announced();

    clock.advance(Duration.ofDays(15).minusSeconds(1));

    assertThat(rotation.advance(announced, announced.trusted())).isEqualTo(announced);
  }

  @Test
  void the_next_certificate_is_not_served_while_api_servers_have_not_been_told() {
    SharedCertificates announced = announced();
    List<X509Certificate> onlyTheFirst = List.of(current(announced).authority());

    clock.advance(Duration.ofDays(20));

    assertThat(rotation.advance(announced, onlyTheFirst)).isEqualTo(announced);
  }

  @Test
  void the_next_certificate_takes_over_and_both_authorities_stay_trusted() {
    SharedCertificates announced = announced();

    clock.advance(Duration.ofDays(15));
    SharedCertificates after = rotation.advance(announced, announced.trusted());

    assertThat(after.current()).isEqualTo(announced.next());
    assertThat(after.next()).isEmpty();
    assertThat(after.trusted()).containsExactlyElementsOf(announced.trusted());
  }

  @Test
  void an_expired_authority_is_no_longer_trusted() {
    SharedCertificates announced = announced();
    clock.advance(Duration.ofDays(15));
    SharedCertificates after = rotation.advance(announced, announced.trusted());

    clock.advance(Duration.ofDays(15));

    assertThat(rotation.advance(after, after.trusted()).trusted())
        .containsExactly(current(after).authority());
  }

  @Test
  void an_expired_certificate_is_replaced_by_the_one_announced_even_if_nobody_was_told() {
    SharedCertificates announced = announced();

    clock.advance(Duration.ofDays(31));

    assertThat(rotation.advance(announced, List.of()).current()).isEqualTo(announced.next());
  }

  @Test
  void where_both_have_expired_a_new_one_is_made() {
    SharedCertificates announced = announced();

    clock.advance(Duration.ofDays(91));
    SharedCertificates after = rotation.advance(announced, List.of());

    assertThat(current(after).isValidAt(clock.instant())).isTrue();
    assertThat(after.trusted()).containsExactly(current(after).authority());
  }

  @Test
  void a_certificate_for_other_names_is_replaced_at_once() {
    SharedCertificates other =
        new CertificateRotation(List.of("renamed.eks.svc"), LIFETIME, clock)
            .advance(SharedCertificates.NONE, List.of());

    SharedCertificates after = rotation.advance(other, other.trusted());

    assertThat(current(after)).isNotEqualTo(current(other));
    assertThat(after.trusted())
        .containsExactly(current(after).authority(), current(other).authority());
  }

  @Test
  void a_lost_bundle_is_made_of_what_is_served() {
    SharedCertificates announced = announced();
    SharedCertificates lost =
        new SharedCertificates(announced.current(), announced.next(), List.of());

    assertThat(rotation.advance(lost, List.of())).isEqualTo(announced);
  }

  @Test
  void what_is_shared_survives_the_secret() throws Exception {
    SharedCertificates announced = announced();

    assertThat(SharedCertificates.read(announced.data(), "Secret")).isEqualTo(announced);
    assertThat(SharedCertificates.read(SharedCertificates.NONE.data(), "Secret"))
        .isEqualTo(SharedCertificates.NONE);
  }

  private SharedCertificates announced() {
    SharedCertificates first = rotation.advance(SharedCertificates.NONE, List.of());
    clock.advance(Duration.ofDays(60));
    return rotation.advance(first, first.trusted());
  }

  private static ServingCertificate current(SharedCertificates shared) {
    return shared.current().orElseThrow();
  }

  private static ServingCertificate next(SharedCertificates shared) {
    return shared.next().orElseThrow();
  }
}
