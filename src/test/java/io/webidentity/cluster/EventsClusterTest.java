package io.webidentity.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.FailurePolicy;
import io.webidentity.testing.cluster.InstalledWebhook;
import io.webidentity.testing.cluster.PodApi;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.server.WebhookProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Events at a real API server, found as {@code kubectl describe} finds them. */
@RealCluster
class EventsClusterTest {
  private static final Duration DEADLINE = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EVENTS = "webidentity_events_total\\{result=\"%s\"\\}";

  private final TestCluster cluster;
  private final KubernetesClient client;
  private final PodApi pods;

  EventsClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
    this.pods = new PodApi(cluster);
  }

  @Test
  void a_surprise_in_the_pod_of_a_replica_set_is_told_about_it_and_about_the_account() {
    try (InstalledWebhook webhook =
        InstalledWebhook.with(cluster, userWhoMayWriteEvents(), "--events")) {
      ServiceAccount account = account(webhook.namespace());
      ReplicaSet owner = replicaSet(webhook.namespace());
      Pod pod = pod(account, owner);

      assertThat(pods.dryRun(webhook.namespace(), JSON.valueToTree(pod)).accepted()).isTrue();
      assertThat(pods.create(webhook.namespace(), JSON.valueToTree(pod)).accepted()).isTrue();

      Event told = awaitEvent("ServiceAccount", account);
      assertThat(told.getMessage())
          .isEqualTo(
              "ServiceAccount annotation eks.amazonaws.com/role-arn is \"no-arn\\n\\u{7}\", not the"
                  + " ARN of a role, and was injected as it is: correct it to"
                  + " arn:<partition>:iam::<account>:role/<name>.");
      assertThat(told.getReason()).isEqualTo("RoleArnMalformed");
      assertThat(told.getType()).isEqualTo("Warning");
      assertThat(told.getAction()).isEqualTo("InjectCredentials");
      assertThat(told.getReportingComponent()).isEqualTo("web-identity-webhook");
      assertThat(told.getReportingInstance()).isNotEmpty();
      assertThat(told.getSeries()).as("the dry run is not told").isNull();
      assertThat(awaitEvent("ReplicaSet", owner).getMessage()).isEqualTo(told.getMessage());
      assertThat(webhook.process().metric(EVENTS.formatted("written"))).isEqualTo(2);
      assertThat(webhook.process().metric(EVENTS.formatted("failed"))).isZero();

      pods.create(webhook.namespace(), JSON.valueToTree(pod));
      assertThat(webhook.process().metric(EVENTS.formatted("deduplicated"))).isEqualTo(2);
    }
  }

  @Test
  void a_second_replica_adds_to_the_events_of_the_first() {
    Path user = userWhoMayWriteEvents();
    try (InstalledWebhook webhook = InstalledWebhook.with(cluster, user, "--events");
        WebhookProcess second = new WebhookProcess(cluster, user, List.of("--events"))) {
      ServiceAccount account = account(webhook.namespace());
      pods.create(webhook.namespace(), JSON.valueToTree(pod(account, null)));
      assertThat(awaitEvent("ServiceAccount", account).getSeries()).isNull();

      webhook.registration().close();
      second.start();
      try (var _ =
          cluster.registerWebhook(
              second.endpoint(), FailurePolicy.FAIL, List.of(webhook.namespace()))) {
        Awaitility.await("the API server calls the second replica")
            .atMost(DEADLINE)
            .until(() -> {
              pods.create(webhook.namespace(), JSON.valueToTree(pod(account, null)));
              return second.metric(EVENTS.formatted("written")) > 0;
            });
        assertThat(awaitEvent("ServiceAccount", account).getSeries().getCount())
            .isGreaterThanOrEqualTo(2);
      }
    }
  }

  @Test
  void without_the_right_pods_are_injected_all_the_same_and_the_failure_is_counted() {
    try (InstalledWebhook webhook = InstalledWebhook.with(cluster, "--events")) {
      ServiceAccount account = account(webhook.namespace());

      PodApi.Answer answer = pods.create(webhook.namespace(), JSON.valueToTree(pod(account, null)));

      assertThat(answer.body().toString()).contains("AWS_ROLE_ARN");
      Awaitility.await()
          .atMost(DEADLINE)
          .until(() -> webhook.process().metric(EVENTS.formatted("failed")) == 1);
    }
  }

  /** The one Event that {@code kubectl describe} would show of an object. */
  private Event awaitEvent(String kind, HasMetadata object) {
    Awaitility.await("an Event about " + kind)
        .atMost(DEADLINE)
        .until(() -> !events(kind, object).isEmpty());
    assertThat(events(kind, object)).hasSize(1);
    return events(kind, object).getFirst();
  }

  private List<Event> events(String kind, HasMetadata object) {
    return client
        .v1()
        .events()
        .inNamespace(object.getMetadata().getNamespace())
        .withFields(
            Map.of(
                "involvedObject.kind",
                kind,
                "involvedObject.namespace",
                object.getMetadata().getNamespace(),
                "involvedObject.name",
                object.getMetadata().getName(),
                "involvedObject.uid",
                object.getMetadata().getUid()))
        .list()
        .getItems();
  }

  private ServiceAccount account(String namespace) {
    return client
        .resource(
            Workloads.account(
                new AccountKey(namespace, "orders"),
                Map.of("eks.amazonaws.com/role-arn", "no-arn\n\u0007")))
        .create();
  }

  /** Without replicas: no controller may make pods of its own. */
  private ReplicaSet replicaSet(String namespace) {
    return client
        .resource(
            new ReplicaSetBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("web-1")
                .endMetadata()
                .withNewSpec()
                .withReplicas(0)
                .withNewSelector()
                .addToMatchLabels("app", "web")
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", "web")
                .endMetadata()
                .withSpec(Workloads.podSpec(new AccountKey(namespace, "orders")))
                .endTemplate()
                .endSpec()
                .build())
        .create();
  }

  private static Pod pod(ServiceAccount account, @Nullable ReplicaSet owner) {
    Pod pod =
        Workloads.pod(
            new AccountKey(account.getMetadata().getNamespace(), account.getMetadata().getName()));
    if (owner != null) {
      pod.addOwnerReference(owner).setController(true);
    }
    return pod;
  }

  /** The rights that the chart gives with {@code events.enabled}. */
  private Path userWhoMayWriteEvents() {
    PolicyRule events =
        new PolicyRuleBuilder()
            .withApiGroups("events.k8s.io")
            .withResources("events")
            .withVerbs("create", "patch")
            .build();
    return cluster.kubeconfigFor(WebhookAccount.with(cluster, events));
  }
}
