package io.webidentity.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.account.AccountKey;
import io.webidentity.cli.ProgramRun;
import io.webidentity.testing.cluster.Deployments;
import io.webidentity.testing.cluster.FailurePolicy;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.server.WebhookProcess;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Pods of a real cluster, asked about after they were created, by who may only read. */
@RealCluster
class ExplainClusterTest {
  private static final Duration DEADLINE = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** As the chart has it; its webhook is called for no pod, and its Deployment runs none. */
  private static final String INSTALLATION =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: pod-identity-webhook, namespace: HOME}
      data:
        config: '{"TEAM/app": {"RoleARN": "arn:aws:iam::111122223333:role/mapped"}}'
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: webhook-role-policy, namespace: HOME}
      data:
        role-policy.yaml: 'rules: []'
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: webhook, namespace: HOME}
      spec:
        selector: {app: webhook}
        ports: [{port: 443}]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: webhook, namespace: HOME}
      spec:
        replicas: 0
        selector: {matchLabels: {app: webhook}}
        template:
          metadata: {labels: {app: webhook}}
          spec:
            containers:
              - name: webhook
                image: webhook:1
                command: [/webhook]
                args:
                  - --annotation-prefix=example.com
                  - --namespace=HOME
                  - --watch-config-map=true
                  - --role-policy=/etc/webhook/role-policy/policy.yaml
                env: [{name: WEBHOOK_FLAG_TOKEN_AUDIENCE, value: installed}]
                volumeMounts: [{name: role-policy, mountPath: /etc/webhook/role-policy}]
            volumes:
              - name: role-policy
                configMap:
                  name: webhook-role-policy
                  items: [{key: role-policy.yaml, path: policy.yaml}]
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: MutatingWebhookConfiguration
      metadata:
        name: installed-HOME
        labels: {app.kubernetes.io/name: web-identity-webhook}
      webhooks:
        - name: pods.webhook.webidentity.io
          admissionReviewVersions: [v1]
          sideEffects: None
          clientConfig:
            service: {name: webhook, namespace: HOME, path: /mutate}
          rules:
            - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
          namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: HOME}}
      """;

  private final TestCluster cluster;
  private final KubernetesClient client;
  private final Path reader;

  ExplainClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
    AccountKey account =
        WebhookAccount.with(
            cluster,
            TestCluster.reading("pods", "namespaces", "services", "configmaps"),
            new PolicyRuleBuilder()
                .withApiGroups("apps", "admissionregistration.k8s.io")
                .withResources("deployments", "replicasets", "mutatingwebhookconfigurations")
                .withVerbs("get", "list")
                .build());
    this.reader = cluster.kubeconfigFor(account);
  }

  @Test
  void who_has_nothing_is_found_and_told_why() throws Exception {
    String namespace = cluster.newNamespace();
    AccountKey early = new AccountKey(namespace, "early");
    AccountKey late = new AccountKey(namespace, "late");
    client.resource(Workloads.annotated(early)).create();
    // Of an object without any label or annotation, the API server never tracks who changes it.
    client.resource(Workloads.account(late, Map.of("team", "orders"))).create();
    try (WebhookProcess webhook =
        new WebhookProcess(cluster, cluster.webhookKubeconfig(), List.of())) {
      try (var _ =
          cluster.registerWebhook(webhook.endpoint(), FailurePolicy.IGNORE, List.of(namespace))) {
        List<String> away = deployed(early);
        webhook.start();
        Pod beforeAnnotation = client.pods().resource(Workloads.pod(late)).create();
        Pod optedOut = client.pods().resource(optedOut(early)).create();
        Pod right = client.pods().resource(Workloads.pod(early)).create();
        cluster.annotateAfter(beforeAnnotation, late, Workloads.role(late));

        ProgramRun audit = run("audit", namespace);
        JsonNode found = JSON.readTree(audit.out());

        assertThat(audit.exitCode()).as(audit.err()).isOne();
        assertThat(found.path("pods").asInt()).isEqualTo(5);
        assertThat(found.path("differing").asInt()).isEqualTo(3);
        assertThat(found.path("workloads"))
            .extracting(
                row -> row.path("kind").asText() + "/" + row.path("name").asText(),
                row -> row.path("pods").asInt(),
                row -> row.path("state").asText(),
                row -> row.path("cause").asText(),
                row -> row.path("command").asText())
            .containsExactlyInAnyOrder(
                tuple(
                    "Deployment/early",
                    2,
                    "missing",
                    "no_answer_ignored",
                    "kubectl rollout restart deployment/early -n " + namespace),
                tuple(
                    "Pod/" + name(beforeAnnotation),
                    1,
                    "missing",
                    "created_before_annotation",
                    "kubectl delete pod " + name(beforeAnnotation) + " -n " + namespace));
        assertExplained(away.getFirst(), namespace, "missing", "no_answer_ignored");
        assertExplained(name(beforeAnnotation), namespace, "missing", "created_before_annotation");
        assertThat(explain("pod/" + name(right), namespace, 0).at("/running/state").asText())
            .isEqualTo("as_decided");
        JsonNode skipped = explain("pod/" + name(optedOut), namespace, 0);
        assertThat(skipped.at("/decision/reason").asText()).isEqualTo("opted_out");
        assertThat(skipped.at("/running/state").asText()).isEqualTo("as_decided");
        JsonNode template = explain("deployment/early", namespace, 1);
        assertThat(template.at("/decision/reason").asText()).isEqualTo("injected");
        assertThat(template.at("/pods/differing").asInt()).isEqualTo(2);
        assertThat(template.has("running")).isFalse();
        JsonNode account = explain("serviceaccount/late", namespace, 0);
        assertThat(account.at("/settings/0/value").asText()).isEqualTo(Workloads.role(late));

        cluster.annotateAfter(right, early, "arn:aws:iam::111122223333:role/new");
        assertExplained(name(right), namespace, "other_role", "created_before_annotation");
      }
    }
  }

  @Test
  void a_namespace_that_no_webhook_is_registered_for_is_named() throws Exception {
    String registered = cluster.newNamespace();
    String other = cluster.newNamespace();
    AccountKey account = new AccountKey(other, "app");
    client.resource(Workloads.annotated(account)).create();
    try (WebhookProcess webhook =
        new WebhookProcess(cluster, cluster.webhookKubeconfig(), List.of())) {
      try (var _ =
          cluster.registerWebhook(webhook.endpoint(), FailurePolicy.IGNORE, List.of(registered))) {
        Pod pod = client.pods().resource(Workloads.pod(account)).create();

        assertExplained(name(pod), other, "missing", "namespace_not_selected");
        assertThat(
                ProgramRun.of(
                        "explain", "pod", name(pod), "-n", other, "--kubeconfig", reader.toString())
                    .out())
            .contains("excludes Namespace " + other, "Mend the cause first");
      }
    }
  }

  @Test
  void the_flags_of_the_installation_and_its_config_map_decide() throws Exception {
    String home = cluster.newNamespace();
    AccountKey mapped = new AccountKey(cluster.newNamespace(), "app");
    client.resource(Workloads.account(mapped, Map.of())).create();
    String installation = INSTALLATION.replace("HOME", home).replace("TEAM", mapped.namespace());
    client.load(new ByteArrayInputStream(installation.getBytes(UTF_8))).create();
    try {
      JsonNode explained = explain("serviceaccount/app", mapped.namespace(), 0);

      assertThat(explained.path("flags").asText())
          .isEqualTo("deployment/webhook in namespace " + home);
      assertThat(explained.path("sources"))
          .extracting(source -> source.path("answer").asText())
          .containsExactly(
              "no role annotation", "entry " + mapped, "denied: no rule is for this namespace");
      assertThat(explained.path("settings"))
          .extracting(
              setting -> setting.path("key").asText() + "=" + setting.path("value").asText())
          .contains("example.com/audience=installed");
      assertThat(explained.at("/decision/reason").asText()).isEqualTo("identity_denied");
    } finally {
      client
          .admissionRegistration()
          .v1()
          .mutatingWebhookConfigurations()
          .withName("installed-" + home)
          .delete();
    }
  }

  private void assertExplained(String pod, String namespace, String state, String cause)
      throws JsonProcessingException {
    JsonNode running = explain("pod/" + pod, namespace, 1).path("running");
    assertThat(running.path("state").asText()).isEqualTo(state);
    assertThat(running.at("/causes/0/cause").asText()).as(running.toString()).isEqualTo(cause);
  }

  private JsonNode explain(String object, String namespace, int exitCode)
      throws JsonProcessingException {
    ProgramRun run = run("explain", namespace, object);
    assertThat(run.exitCode()).as(run.err() + run.out()).isEqualTo(exitCode);
    return JSON.readTree(run.out()).path(0);
  }

  private ProgramRun run(String command, String namespace, String... operands) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of(operands));
    words.addAll(List.of("-n", namespace, "-o", "json", "--kubeconfig", reader.toString()));
    return ProgramRun.of(words.toArray(String[]::new));
  }

  /** Names of the pods that a Deployment of two replicas has made. */
  private List<String> deployed(AccountKey account) {
    client.resource(Deployments.of(account, Workloads.podSpec(account), 2)).create();
    return Awaitility.await()
        .atMost(DEADLINE)
        .until(
            () -> Deployments.pods(client, account).stream().map(ExplainClusterTest::name).toList(),
            names -> names.size() == 2);
  }

  private static Pod optedOut(AccountKey account) {
    return new PodBuilder(Workloads.pod(account))
        .editMetadata()
        .addToLabels("eks.amazonaws.com/skip-pod-identity-webhook", "true")
        .endMetadata()
        .build();
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getName();
  }
}
