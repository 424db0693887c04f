package io.webidentity.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.Deployments;
import io.webidentity.testing.cluster.InstalledWebhook;
import io.webidentity.testing.cluster.PodApi;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InjectionClusterTest {
  private static final Duration DEADLINE = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestCluster cluster;
  private final KubernetesClient client;
  private InstalledWebhook webhook;

  InjectionClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
    this.webhook = InstalledWebhook.with(cluster);
  }

  @AfterAll
  void stop() {
    webhook.close();
  }

  @Test
  void a_pod_created_by_a_client_comes_back_injected() {
    AccountKey account = annotatedAccount();

    Pod created = client.pods().resource(Workloads.pod(account)).create();

    assertThat(Workloads.hasCredentials(created, account)).isTrue();
    ServiceAccountTokenProjection token =
        created
            .getSpec()
            .getVolumes()
            .getFirst()
            .getProjected()
            .getSources()
            .getFirst()
            .getServiceAccountToken();
    assertThat(token.getAudience()).isEqualTo("sts.amazonaws.com");
    assertThat(token.getExpirationSeconds()).isEqualTo(86400);
    assertThat(token.getPath()).isEqualTo("token");
  }

  @Test
  void a_pod_of_a_deployment_is_injected() {
    AccountKey account = annotatedAccount();
    client
        .apps()
        .deployments()
        .resource(Deployments.of(account, Workloads.podSpec(account), 2))
        .create();

    Awaitility.await()
        .atMost(DEADLINE)
        .untilAsserted(() ->
            assertThat(
                    client
                        .pods()
                        .inNamespace(account.namespace())
                        .withLabel("app", account.name())
                        .list()
                        .getItems())
                .hasSize(2)
                .allMatch(pod -> Workloads.hasCredentials(pod, account)));
  }

  @Test
  void a_pod_of_an_account_without_a_role_is_left_alone() {
    AccountKey account = newAccount();
    client.resource(Workloads.account(account, Map.of())).create();

    Workloads.assertUntouched(client.pods().resource(Workloads.pod(account)).create());
  }

  @Test
  void an_account_annotated_later_counts_once_the_watch_has_delivered_it() {
    AccountKey account = newAccount();
    client.resource(Workloads.account(account, Map.of())).create();
    Workloads.assertUntouched(client.pods().resource(Workloads.pod(account)).create());

    client.resource(Workloads.annotated(account)).update();

    Awaitility.await()
        .atMost(DEADLINE)
        .until(() ->
            Workloads.hasCredentials(
                client.pods().resource(Workloads.pod(account)).dryRun().create(), account));
    assertThat(
            Workloads.hasCredentials(
                client.pods().resource(Workloads.pod(account)).create(), account))
        .isTrue();
  }

  @Test
  void an_injected_pod_created_again_stays_as_it_is() {
    AccountKey account = annotatedAccount();
    Pod created = client.pods().resource(Workloads.pod(account)).create();
    Pod copy = new PodBuilder(Workloads.pod(account)).withSpec(created.getSpec()).build();

    Pod again = client.pods().resource(copy).create();

    assertThat(again.getSpec()).isEqualTo(created.getSpec());
  }

  @Test
  void what_an_annotation_has_wrong_is_told_to_who_creates_the_pod() {
    AccountKey account = newAccount();
    client
        .resource(
            Workloads.account(
                account,
                Map.of(
                    "eks.amazonaws.com/role-arn",
                    Workloads.role(account),
                    "eks.amazonaws.com/token-expiration",
                    "a day\u0007")))
        .create();

    PodApi.Answer answer =
        new PodApi(cluster).dryRun(account.namespace(), json(Workloads.pod(account)));

    assertThat(answer.accepted()).as(answer.message()).isTrue();
    assertThat(answer.warnings())
        .singleElement()
        .asString()
        .contains("eks.amazonaws.com/token-expiration", "a day");
  }

  @Test
  @Tag("newest")
  void fields_of_the_newest_api_version_are_kept() throws JsonProcessingException {
    AccountKey account = annotatedAccount();
    JsonNode pod = JSON.readTree(NEWEST.replace("ACCOUNT", account.name()));
    PodApi pods = new PodApi(cluster);
    String outside = cluster.newNamespace();
    client.resource(Workloads.annotated(new AccountKey(outside, account.name()))).create();

    PodApi.Answer without = pods.dryRun(outside, pod);
    PodApi.Answer with = pods.create(account.namespace(), pod);

    assertThat(without.accepted()).as(without.message()).isTrue();
    assertThat(with.accepted()).as(with.message()).isTrue();
    JsonNode kept = with.body().path("spec").deepCopy();
    assertThat(InjectedJson.removeFrom(kept)).isEqualTo(2);
    assertThat(kept).isEqualTo(without.body().path("spec"));
    assertThat(kept.findValues("fileKeyRef")).hasSize(1);
    assertThat(kept.findValues("restartPolicyRules")).hasSize(1);
    assertThat(kept.path("hostnameOverride").asText()).isEqualTo("app.example.test");
  }

  /** Fields that are on by default in Kubernetes 1.36 and were in no version two years older. */
  private static final String NEWEST =
      """
      {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "newest"},
        "spec": {
          "serviceAccountName": "ACCOUNT",
          "automountServiceAccountToken": false,
          "hostnameOverride": "app.example.test",
          "resources": {"requests": {"cpu": "100m"}, "limits": {"cpu": "1"}},
          "volumes": [{"name": "settings", "emptyDir": {}}],
          "initContainers": [
            {
              "name": "proxy",
              "image": "proxy:1",
              "restartPolicy": "Always",
              "resizePolicy": [{"resourceName": "cpu", "restartPolicy": "NotRequired"}]
            }
          ],
          "containers": [
            {
              "name": "app",
              "image": "app:1",
              "restartPolicy": "Never",
              "restartPolicyRules": [
                {"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}
              ],
              "env": [
                {
                  "name": "COLOUR",
                  "valueFrom": {
                    "fileKeyRef": {"volumeName": "settings", "path": "colours.env", "key": "COLOUR"}
                  }
                }
              ],
              "lifecycle": {"preStop": {"sleep": {"seconds": 1}}}
            }
          ]
        }
      }
      """;

  private AccountKey annotatedAccount() {
    AccountKey account = newAccount();
    client.resource(Workloads.annotated(account)).create();
    return account;
  }

  private AccountKey newAccount() {
    return new AccountKey(webhook.namespace(), cluster.newName("app"));
  }

  private static JsonNode json(Pod pod) {
    return JSON.valueToTree(pod);
  }
}
