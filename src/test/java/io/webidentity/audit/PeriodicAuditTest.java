package io.webidentity.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.webidentity.account.AccountFinder;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.audit.AuditFindings.Group;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.inject.InputNamespaces;
import io.webidentity.cli.inject.OfflineSettings;
import io.webidentity.cli.inject.OfflineSources;
import io.webidentity.config.AuditSettings;
import io.webidentity.event.EventNotice;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.testing.server.ObjectServer;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeriodicAuditTest {
  private static final String PODS = "/api/v1/pods";
  private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/system/leases";
  private static final String PREFIX = "eks.amazonaws.com";
  private static final String ROLE = "arn:aws:iam::111122223333:role/orders";
  private static final Instant NOW = Instant.parse("2026-01-02T08:00:00Z");

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicBoolean ready = new AtomicBoolean(true);
  private final List<EventNotice> notices = new ArrayList<>();
  @TempDir private Path folder;
  private ObjectServer server;
  private ApiObjects api;

  @BeforeEach
  void start() throws IOException, UnusableContentException {
    server = ObjectServer.start();
    server.with(
        "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
        1,
        _ ->
            """
            {"metadata":{"name":"webhook","creationTimestamp":"2026-01-01T00:00:00Z"},
             "webhooks":[{"name":"pods.webhook.webidentity.io","failurePolicy":"Ignore",
              "rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],
               "resources":["pods"]}]}]}
            """);
    api = EvictionsTest.connect(server, folder);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void pods_are_counted_by_what_they_belong_to() throws Exception {
    server.with(PODS, 7, i -> pod("shop", i < 4 ? "Deployment" : "Job", i));
    try (PeriodicAudit audit = audit(0)) {
      audit.look();

      assertThat(audit.result().pods())
          .containsOnly(
              entry(new Group("shop", "Deployment", "missing"), 4L),
              entry(new Group("shop", "Job", "missing"), 3L));
      assertThat(audit.result().ended()).contains(NOW);
      assertThat(server.posted()).as("nothing is evicted").hasSize(1);
    }
  }

  @Test
  void a_cluster_of_many_namespaces_has_no_more_series_than_one_of_some() throws Exception {
    server.with(PODS, 900, i -> pod("space-" + i, "Deployment", i));
    try (PeriodicAudit audit = audit(0)) {
      audit.look();

      assertThat(audit.result().pods())
          .hasSize(AuditFindings.MOST_GROUPS + 1)
          .containsEntry(Group.OTHERS, 900L - AuditFindings.MOST_GROUPS);
    }
  }

  @Test
  void pods_of_one_workload_are_told_by_equal_notices_about_it() throws Exception {
    server.with(PODS, 2, i -> pod("shop", "StatefulSet", i));
    try (PeriodicAudit audit = audit(0)) {
      audit.look();

      assertThat(notices).hasSize(2);
      EventNotice notice = notices.getFirst();
      assertThat(notices.get(1)).isEqualTo(notice);
      assertThat(notice.subject().kind()).isEqualTo("StatefulSet");
      assertThat(notice.subject().uid()).contains("uid-of-orders");
      assertThat(notice.reason()).isEqualTo("CredentialsDiffer");
      assertThat(notice.note())
          .isEqualTo(
              "A pod of statefulset/orders has no credentials and should have some. Cause:"
                  + " no_answer_ignored. To see all such pods: webhook audit -n shop");
    }
  }

  @Test
  void a_replica_whose_turn_it_is_not_asks_nothing_and_shows_nothing() throws Exception {
    server.with(PODS, 1, i -> pod("shop", "Deployment", i));
    try (PeriodicAudit audit = audit(0)) {
      audit.look();
      hold("another", "7");
      nanos.addAndGet(Duration.ofSeconds(15).toNanos());
      audit.look();

      assertThat(audit.result().pods()).isEmpty();
      assertThat(audit.result().ended()).isEmpty();
      assertThat(server.pages()).as("pods and configurations, once").hasSize(2);
      hold("", "8");
      audit.look();
      assertThat(audit.result().pods()).as("whoever takes over begins at once").hasSize(1);
    }
  }

  @Test
  void the_interval_counts_from_begin_to_begin() throws Exception {
    server.with(PODS, 1, i -> pod("shop", "Deployment", i));
    try (PeriodicAudit audit = audit(0)) {
      audit.look();
      server.with(PODS, 0, i -> pod("shop", "Deployment", i));
      later(Duration.ofHours(1).minusNanos(1), audit);
      assertThat(audit.result().pods()).hasSize(1);

      later(Duration.ofNanos(1), audit);
      assertThat(audit.result().pods()).isEmpty();
    }
  }

  @Test
  void an_audit_that_fails_keeps_the_last_result_and_is_repeated_after_a_minute() throws Exception {
    server.with(PODS, 1, i -> pod("shop", "Deployment", i));
    try (PeriodicAudit audit = audit(0)) {
      audit.look();
      server.refusing(PODS, 403);
      assertThatThrownBy(() -> later(Duration.ofHours(1), audit))
          .isInstanceOf(UnusableContentException.class)
          .hasMessageContaining("/api/v1/pods cannot be read")
          .hasMessageContaining("403");
      assertThat(audit.result().pods()).hasSize(1);
      later(Duration.ofSeconds(59), audit);

      assertThatThrownBy(() -> later(Duration.ofSeconds(1), audit))
          .isInstanceOf(UnusableContentException.class);
    }
  }

  @Test
  void a_pod_that_lacks_credentials_is_evicted_and_that_is_told() throws Exception {
    server.with(PODS, 1, i -> pod("shop", "Deployment", i));
    server.with("/api/v1/namespaces/shop/pods", 1, i -> pod("shop", "Deployment", i));
    try (PeriodicAudit audit = audit(1)) {
      audit.look();

      assertThat(server.posted())
          .extracting(ObjectServer.Posted::path)
          .containsExactly(LEASES, "/api/v1/namespaces/shop/pods/orders-0/eviction");
      assertThat(audit.evictions(EvictionResult.EVICTED)).isOne();
      assertThat(notices.getLast().reason()).isEqualTo("EvictedForCredentials");
      assertThat(notices.getLast().note())
          .isEqualTo("The webhook evicted a pod, as it has no credentials and should have some.");
    }
  }

  @Test
  void before_it_is_known_what_decides_nothing_is_asked() throws Exception {
    ready.set(false);
    server.with(PODS, 1, i -> pod("shop", "Deployment", i));
    try (PeriodicAudit audit = audit(0)) {
      audit.look();

      assertThat(server.pages()).isEmpty();
      assertThat(server.posted()).as("not even for the Lease").isEmpty();
    }
  }

  private void hold(String holder, String version) {
    server.with(LEASES + "/webhook-audit", AuditLeaseTest.lease(holder, version));
  }

  private void later(Duration later, PeriodicAudit audit) throws UnusableContentException {
    nanos.addAndGet(later.toNanos());
    audit.look();
  }

  private PeriodicAudit audit(int evictions) throws Exception {
    OfflineSettings settings = OfflineSettings.of(new GivenFlags(Map.of(), List.of()));
    IdentityAnnotations orders =
        IdentityAnnotations.of(Map.of(PREFIX + "/role-arn", ROLE), new AnnotationKeys(PREFIX));
    Map<AccountKey, IdentityAnnotations> accounts = new HashMap<>();
    accounts.put(new AccountKey("shop", "orders"), orders);
    for (int i = 0; i < 900; i++) {
      accounts.put(new AccountKey("space-" + i, "orders"), orders);
    }
    PodCheck check =
        new PodCheck(
            settings.injector(
                OfflineSources.ofFiles(new GivenFlags(Map.of(), List.of())),
                AccountFinder.of(accounts),
                new InputNamespaces(Map.of(), PREFIX, false, null)),
            settings.injection().tokenVolumeNames());
    AuditSettings audit =
        new AuditSettings(Duration.ofHours(1), evictions, "system", "webhook-audit");
    return new PeriodicAudit(
        audit,
        api,
        new AuditLease(api, audit, "this", nanos::get, () -> NOW),
        ready::get,
        view -> new PodAudit(view, check, new Causes(view, PREFIX, false)),
        notices::add,
        nanos::get,
        () -> NOW);
  }

  private static String pod(String namespace, String kind, int number) {
    return """
    {"metadata":{"name":"orders-%d","namespace":"%s","uid":"uid-%d",
      "creationTimestamp":"2026-01-02T00:00:00Z",
      "ownerReferences":[{"apiVersion":"apps/v1","kind":"%s","name":"orders","uid":"uid-of-orders",
       "controller":true}]},
     "spec":{"serviceAccountName":"orders","containers":[{"name":"app"}]}}
    """
        .formatted(number, namespace, number, kind);
  }
}
