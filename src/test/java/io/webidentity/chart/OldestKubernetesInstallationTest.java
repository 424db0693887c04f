package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.Deployments;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.node.Kubectl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The chart on a control plane of the oldest Kubernetes that it takes, under failurePolicy Fail.
 */
@Tag("chart")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OldestKubernetesInstallationTest {
  private static final String AUDIENCE = "sts.amazonaws.com";
  private static final int ROUNDS = 50;

  private TestCluster cluster;
  private KubernetesClient client;
  private NodelessInstallation webhook;

  @BeforeAll
  void install(@TempDir Path files) {
    cluster = TestCluster.startOldest();
    client = cluster.client();
    webhook = NodelessInstallation.in(cluster, files);
    awaitInjection();
  }

  @AfterAll
  void stop() {
    try (TestCluster _ = cluster) {
      webhook.close();
    }
  }

  @Test
  void the_pods_of_the_webhook_are_created_without_it() {
    await().untilAsserted(() -> assertThat(webhook.pods()).hasSize(2));
  }

  @Test
  void a_pod_is_injected_with_a_volume_whose_token_the_api_server_issues() throws IOException {
    AccountKey account = ChartInstallation.newAccount(cluster);

    Pod created = client.resource(ChartInstallation.pod(account)).create();

    assertThat(ChartInstallation.hasCredentials(created)).isTrue();
    JsonNode claims = claims(token(created, account));
    assertThat(claims.at("/aud/0").asText()).isEqualTo(AUDIENCE);
    assertThat(claims.at("/sub").asText())
        .isEqualTo("system:serviceaccount:%s:%s".formatted(account.namespace(), account.name()));
    assertThat(claims.at("/kubernetes.io/pod/uid").asText())
        .isEqualTo(created.getMetadata().getUid());
    assertThat(claims.at("/exp").asLong() - claims.at("/iat").asLong()).isEqualTo(86400);
  }

  @Test
  void accounts_and_their_pods_that_come_together_are_not_missed() {
    for (int i = 0; i < ROUNDS; i++) {
      AccountKey account = ChartInstallation.newAccount(cluster);
      assertThat(isInjected(account)).as("round %d", i).isTrue();
    }
  }

  @Test
  void the_watch_delivers_what_changes() {
    AccountKey account = new AccountKey(cluster.newNamespace(), "default");
    assertThat(isInjected(account)).isFalse();
    double annotated = annotated();

    cluster.annotate(account, "arn:aws:iam::111122223333:role/later");
    await().until(() -> annotated() == annotated + 1);
    assertThat(isInjected(account)).isTrue();

    client
        .serviceAccounts()
        .inNamespace(account.namespace())
        .withName(account.name())
        .edit(found -> found.edit().editMetadata().withAnnotations(Map.of()).endMetadata().build());
    await().until(() -> annotated() == annotated);
    assertThat(isInjected(account)).isFalse();
  }

  @Test
  void what_match_conditions_and_selectors_leave_out_does_not_need_the_webhook() {
    AccountKey account = ChartInstallation.newAccount(cluster);
    webhook.process().kill();

    assertThatThrownBy(() -> client.resource(ChartInstallation.pod(account)).create())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("failed calling webhook \"pods.web-identity-webhook");
    Pod mirror = client.resource(UnaffectedPods.mirrorPod(account.namespace())).dryRun().create();
    Pod optedOut = client.resource(UnaffectedPods.optedOut(account)).create();

    assertThat(ChartInstallation.hasCredentials(mirror)).isFalse();
    assertThat(ChartInstallation.hasCredentials(optedOut)).isFalse();
    webhook.process().start();
    awaitInjection();
  }

  @Test
  void with_the_rights_of_the_chart_events_are_written_where_describe_shows_them(
      @TempDir Path home) {
    AccountKey account = new AccountKey(cluster.newNamespace(), "reports");
    cluster.createAccount(account, Map.of("eks.amazonaws.com/role-arn", "no-arn"));
    Kubectl kubectl = Kubectl.of(cluster, home);

    client.resource(ChartInstallation.pod(account)).create();

    await()
        .untilAsserted(() ->
            assertThat(
                    kubectl
                        .run(
                            "describe", "serviceaccount", account.name(), "-n", account.namespace())
                        .requireSuccess()
                        .output())
                .containsPattern(
                    "Warning +RoleArnMalformed +\\S+ +web-identity-webhook +ServiceAccount annotation"));
  }

  @Test
  void with_the_rights_of_the_chart_a_deployment_without_credentials_is_healed_by_eviction() {
    AccountKey account = new AccountKey(cluster.newNamespace(), "late");
    cluster.createAccount(account, Map.of());
    Pod bare = client.resource(ChartInstallation.pod(account)).create();
    client.resource(Deployments.of(account, ChartInstallation.pod(account).getSpec(), 1)).create();
    await().until(() -> Deployments.pods(client, account).size() == 1);
    Pod before = Deployments.pods(client, account).getFirst();

    cluster.annotateAfter(before, account, "arn:aws:iam::111122223333:role/late");

    // A minute for the Lease of a replica that another test killed, and one between two audits.
    await()
        .atMost(Duration.ofMinutes(4))
        .untilAsserted(() ->
            assertThat(Deployments.pods(client, account))
                .singleElement()
                .matches(ChartInstallation::hasCredentials)
                .isNotEqualTo(before));
    assertThat(client.resource(bare).get()).as("nobody would make it again").isNotNull();
    assertThat(
            webhook
                .process()
                .metric(
                    "webidentity_audit_pods\\{kind=\"Pod\",namespace=\"%s\",state=\"missing\"\\}"
                        .formatted(account.namespace())))
        .isEqualTo(1);
    assertThat(
            webhook.process().metric("webidentity_audit_evictions_total\\{result=\"evicted\"\\}"))
        .isEqualTo(1);
  }

  /** The right to update it lets its holder keep it. */
  @Test
  void with_the_rights_of_the_chart_the_lease_of_the_audit_is_renewed() {
    await()
        .untilAsserted(() -> {
          LeaseSpec lease =
              client
                  .leases()
                  .inNamespace(webhook.namespace())
                  .withName("web-identity-webhook-audit")
                  .get()
                  .getSpec();
          assertThat(lease.getRenewTime()).isAfter(lease.getAcquireTime());
        });
  }

  /** Until the webhook has told the API server whom to trust, pods are refused. */
  private void awaitInjection() {
    AccountKey account = ChartInstallation.newAccount(cluster);
    await()
        .ignoreExceptionsInstanceOf(KubernetesClientException.class)
        .until(() -> isInjected(account));
  }

  /** Whether a pod of an account is given credentials. */
  private boolean isInjected(AccountKey account) {
    return ChartInstallation.hasCredentials(
        client.resource(ChartInstallation.pod(account)).dryRun().create());
  }

  private double annotated() {
    return webhook.process().metric("webidentity_service_accounts\\{state=\"annotated\"\\}");
  }

  /** As kubelet asks for it, for the volume that was injected. */
  private String token(Pod pod, AccountKey account) {
    ServiceAccountTokenProjection projection =
        pod.getSpec().getVolumes().stream()
            .filter(volume -> volume.getName().equals("aws-iam-token"))
            .map(Volume::getProjected)
            .map(projected -> projected.getSources().getFirst().getServiceAccountToken())
            .findFirst()
            .orElseThrow();
    return client
        .serviceAccounts()
        .inNamespace(account.namespace())
        .withName(account.name())
        .tokenRequest(
            new TokenRequestBuilder()
                .withNewSpec()
                .withAudiences(projection.getAudience())
                .withExpirationSeconds(projection.getExpirationSeconds())
                .withNewBoundObjectRef()
                .withApiVersion("v1")
                .withKind("Pod")
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endBoundObjectRef()
                .endSpec()
                .build())
        .getStatus()
        .getToken();
  }

  private static JsonNode claims(String token) throws JsonProcessingException {
    byte[] payload = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
    return JsonMapper.builder().build().readTree(new String(payload, StandardCharsets.UTF_8));
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(50));
  }
}
