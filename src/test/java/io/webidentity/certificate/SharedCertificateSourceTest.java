package io.webidentity.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

final class SharedCertificateSourceTest {
  private static final Duration LIFETIME = Duration.ofMinutes(10);
  private static final Duration STEP = Duration.ofSeconds(10);

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T10:00:00Z"));
  private final FakeSecret secret = new FakeSecret();
  private final FakeConfiguration configuration = new FakeConfiguration();

  @Test
  void replicas_that_start_together_serve_the_same_certificate() {
    List<SharedCertificateSource> replicas = List.of(replica(), replica(), replica());
    // Each of them finds an empty Secret, and another replica's certificate when it writes.
    secret.beforeReplace = once(() -> look(replicas.get(1)));

    replicas.forEach(this::look);

    assertThat(replicas.stream().map(r -> r.current().orElseThrow().leaf()).distinct()).hasSize(1);
    assertThat(secret.writes).isEqualTo(1);
  }

  /**
   * Three replicas look in random order over several lifetimes; now and then one sleeps, or another
   * one is faster in between. At no time does a replica that looked within the last minute serve a
   * certificate that API servers do not trust.
   */
  @RepeatedTest(5)
  void no_replica_ever_serves_what_api_servers_do_not_trust() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<SharedCertificateSource> replicas = List.of(replica(), replica(), replica());
    replicas.forEach(this::look);
    Set<X509Certificate> served = new HashSet<>();

    for (int step = 0; step < 400; step++) {
      clock.advance(STEP);
      for (SharedCertificateSource replica : replicas) {
        if (random.nextInt(4) > 0) {
          SharedCertificateSource other = replicas.get(random.nextInt(3));
          if (random.nextInt(10) == 0) {
            configuration.beforeAnnounce = once(() -> look(other));
          }
          look(replica);
        }
      }
      for (SharedCertificateSource replica : replicas) {
        ServingCertificate serving = replica.current().orElseThrow();
        served.add(serving.leaf());
        assertThat(configuration.trusted).as("seed %d", seed).contains(serving.authority());
        assertThat(serving.isValidAt(clock.instant())).as("seed %d", seed).isTrue();
      }
    }
    assertThat(served).as("renewals, seed %d", seed).hasSizeGreaterThan(7);
  }

  @Test
  void api_servers_are_told_nothing_before_the_replica_can_answer() {
    AtomicBoolean serving = new AtomicBoolean();
    SharedCertificateSource starting =
        new SharedCertificateSource(
            secret, Optional.of(configuration), rotation(), serving::get, STEP);

    look(starting);
    assertThat(configuration.trusted).isEmpty();

    serving.set(true);
    look(starting);
    assertThat(configuration.trusted).isNotEmpty();
  }

  @Test
  void a_bundle_that_somebody_has_removed_is_written_again() {
    SharedCertificateSource replica = replica();
    look(replica);
    configuration.set(List.of());

    look(replica);

    assertThat(configuration.trusted).containsExactly(replica.current().orElseThrow().authority());
  }

  @Test
  void a_broken_secret_is_made_anew() {
    secret.data = Map.of("tls.crt", "garbage".getBytes(StandardCharsets.US_ASCII));
    SharedCertificateSource replica = replica();

    look(replica);

    assertThat(replica.current()).isPresent();
    assertThat(secret.data).containsKeys("tls.crt", "tls.key", "ca.crt");
  }

  @Test
  void while_the_secret_cannot_be_read_the_certificate_stays_and_the_failure_counts() {
    SharedCertificateSource replica = replica();
    look(replica);
    Optional<ServingCertificate> before = replica.current();
    secret.failing = true;

    look(replica);

    assertThat(replica.current()).isEqualTo(before);
    assertThat(replica.looks().orElseThrow().failures()).isEqualTo(1);
  }

  private SharedCertificateSource replica() {
    return new SharedCertificateSource(
        secret, Optional.of(configuration), rotation(), () -> true, STEP);
  }

  private CertificateRotation rotation() {
    return new CertificateRotation(List.of("webhook.eks.svc"), LIFETIME, clock);
  }

  private void look(SharedCertificateSource replica) {
    replica.looks().orElseThrow().lookNow();
  }

  private static Runnable once(Runnable action) {
    AtomicInteger runs = new AtomicInteger();
    return () -> {
      if (runs.getAndIncrement() == 0) {
        action.run();
      }
    };
  }
}
