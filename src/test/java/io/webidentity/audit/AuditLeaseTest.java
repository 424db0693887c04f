package io.webidentity.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.config.AuditSettings;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.testing.server.ObjectServer;
import io.webidentity.testing.server.ObjectServer.Posted;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLeaseTest {
  private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/system/leases";
  private static final String LEASE = LEASES + "/webhook-audit";

  private final AtomicLong nanos = new AtomicLong();
  @TempDir private Path folder;
  private ObjectServer server;
  private ApiObjects api;
  private AuditLease lease;

  @BeforeEach
  void start() throws Exception {
    server = ObjectServer.start();
    api = EvictionsTest.connect(server, folder);
    lease =
        new AuditLease(
            api,
            new AuditSettings(Duration.ofHours(1), 0, "system", "webhook-audit"),
            "this",
            nanos::get,
            () -> Instant.parse("2026-01-02T08:00:00Z"));
  }

  @AfterEach
  void stop() {
    api.close();
    server.close();
  }

  /** A Lease as the API server has it. */
  static String lease(String holder, String version) {
    return """
    {"metadata":{"name":"webhook-audit","resourceVersion":"%s"},
     "spec":{"holderIdentity":"%s","leaseDurationSeconds":60}}
    """
        .formatted(version, holder);
  }

  @Test
  void the_first_replica_creates_it() throws Exception {
    assertThat(lease.take()).isTrue();

    Posted posted = server.posted().getFirst();
    assertThat(posted.path()).isEqualTo(LEASES);
    JsonNode sent = new ObjectMapper().readTree(posted.body());
    assertThat(sent.at("/metadata/name").asText()).isEqualTo("webhook-audit");
    assertThat(sent.at("/spec/holderIdentity").asText()).isEqualTo("this");
    assertThat(sent.at("/spec/renewTime").asText()).isEqualTo("2026-01-02T08:00:00.000000Z");
    assertThat(lease.held()).isTrue();
  }

  @Test
  void another_holder_is_respected_until_it_has_not_renewed_for_a_minute() throws Exception {
    server.with(LEASE, lease("another", "1"));
    assertThat(lease.take()).isFalse();
    later(Duration.ofSeconds(59));
    assertThat(lease.take()).isFalse();
    server.with(LEASE, lease("another", "2"));
    later(Duration.ofSeconds(30));
    assertThat(lease.take()).as("renewed meanwhile").isFalse();
    later(Duration.ofSeconds(59));
    assertThat(lease.take()).isFalse();
    assertThat(server.posted()).isEmpty();

    later(Duration.ofSeconds(1));
    assertThat(lease.take()).isTrue();

    assertThat(server.posted().getFirst().body()).contains("\"resourceVersion\":\"2\"");
  }

  @Test
  void one_that_was_given_up_is_taken_at_once() throws Exception {
    server.with(LEASE, lease("", "1"));

    assertThat(lease.take()).isTrue();
  }

  @Test
  void who_loses_the_race_waits() throws Exception {
    server.with(LEASE, lease("", "1"));
    server.refusingWrites(LEASE, 409);

    assertThat(lease.take()).isFalse();
    assertThat(lease.held()).isFalse();
  }

  @Test
  void it_is_renewed_every_ten_seconds_and_not_more_often() throws Exception {
    lease.take();
    later(Duration.ofSeconds(9));
    lease.take();
    assertThat(server.posted()).hasSize(1);

    server.with(LEASE, lease("this", "1"));
    later(Duration.ofSeconds(1));
    lease.take();
    assertThat(server.posted()).hasSize(2);
    assertThat(server.posted().getLast().path()).isEqualTo(LEASE);
  }

  @Test
  void who_cannot_renew_stops_before_another_one_begins() throws Exception {
    lease.take();
    server.refusing(LEASE, 500);
    later(Duration.ofSeconds(39));
    assertThatThrownBy(lease::take).isInstanceOf(UnusableContentException.class);
    assertThat(lease.held()).isTrue();

    later(Duration.ofSeconds(1));
    assertThat(lease.held()).isFalse();
  }

  @Test
  void a_missing_right_names_the_lease() {
    server.refusing(LEASES, 403);

    assertThatThrownBy(lease::take)
        .isInstanceOf(UnusableContentException.class)
        .hasMessage("Lease webhook-audit cannot be written: refused");
  }

  @Test
  void a_stop_gives_it_up() throws Exception {
    lease.take();
    lease.release();

    assertThat(server.posted().getLast().path()).isEqualTo(LEASE);
    assertThat(server.posted().getLast().body()).contains("\"holderIdentity\":\"\"");
    assertThat(lease.held()).isFalse();
  }

  private void later(Duration later) {
    nanos.addAndGet(later.toNanos());
  }
}
