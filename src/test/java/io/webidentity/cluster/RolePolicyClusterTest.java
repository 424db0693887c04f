package io.webidentity.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.account.AccountKey;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.rolepolicy.RolePolicyConfigMap;
import io.webidentity.testing.cluster.InstalledWebhook;
import io.webidentity.testing.cluster.PodApi;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may use which role, at a real API server. */
@RealCluster
class RolePolicyClusterTest {
  private static final Duration DEADLINE = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROLES = "roles: [\"arn:aws:iam::111122223333:role/allowed\"]";

  @TempDir Path folder;

  private final TestCluster cluster;
  private final KubernetesClient client;
  private final PodApi pods;

  RolePolicyClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
    this.pods = new PodApi(cluster);
  }

  @Test
  void a_file_is_obeyed_and_its_changes_too_and_a_broken_one_is_not() throws Exception {
    Path policy = Files.writeString(folder.resolve("policy.yaml"), "rules: []");
    try (InstalledWebhook webhook = InstalledWebhook.with(cluster, "--role-policy=" + policy)) {
      AccountKey account = account(webhook, "allowed");
      PodApi.Answer skipped = dryRun(account);
      assertThat(skipped.status()).isEqualTo(201);
      assertThat(skipped.body().toString()).doesNotContain("AWS_ROLE_ARN");
      assertThat(skipped.warnings()).singleElement().asString().contains("no rule is for this");

      String deny =
          "enforce: deny\nrules: [{name: other, namespaces: [%s], roles: []}]"
              .formatted(webhook.namespace());
      Files.writeString(policy, deny);
      Awaitility.await().atMost(DEADLINE).until(() -> dryRun(account).status() == 403);
      assertThat(dryRun(account).body().path("message").asText())
          .contains("denied the request")
          .contains("Role \"" + Workloads.role(account) + "\" is not allowed in namespace")
          .contains("(rule 'other' does not allow it), so the pod is rejected");

      Files.writeString(policy, "rules: [{namespaces: [\"*\"]}]");
      Awaitility.await()
          .atMost(DEADLINE)
          .until(() -> webhook.process().metric("webidentity_source_failures_total.*") > 1);
      assertThat(dryRun(account).status()).isEqualTo(403);

      Files.writeString(policy, "rules: [{namespaces: [\"team-*\"], " + ROLES + "}]");
      Awaitility.await()
          .atMost(DEADLINE)
          .until(() -> dryRun(account).body().toString().contains("AWS_ROLE_ARN"));
      assertThat(injected(account(webhook, "allowed-2"))).isFalse();
      assertThat(webhook.process().metric("webidentity_decisions_total.*pod_rejected.*"))
          .isPositive();
    }
  }

  @Test
  void a_config_map_is_obeyed_with_labels_of_namespaces_that_change() throws Exception {
    AccountKey user = webhookUser();
    write(
        user.namespace(),
        "rules: [{namespaceSelector: {matchLabels: {tier: dev}}, " + ROLES + "}]");
    try (InstalledWebhook webhook = inNamespace(user, "--role-policy-config-map=policy")) {
      AccountKey account = account(webhook, "allowed");
      assertThat(injected(account)).isFalse();

      edit(webhook.namespace(), Map.of("tier", "dev"), Map.of());
      Awaitility.await().atMost(DEADLINE).until(() -> injected(account));

      client.configMaps().inNamespace(user.namespace()).withName("policy").delete();
      Awaitility.await()
          .atMost(DEADLINE)
          .until(() -> webhook.process().metric("webidentity_source_failures_total.*") > 0);
      assertThat(injected(account)).isTrue();

      write(user.namespace(), "rules: []");
      Awaitility.await().atMost(DEADLINE).until(() -> !injected(account));
    }
  }

  @Test
  void annotations_of_kube2iam_and_kiam_allow_roles_where_they_are_switched_on() {
    AccountKey user = webhookUser();
    try (InstalledWebhook webhook =
        inNamespace(
            user,
            "--namespace-role-annotations",
            "--base-role-arn=arn:aws:iam::111122223333:role/")) {
      AccountKey account = account(webhook, "allowed");
      assertThat(injected(account)).isFalse();

      edit(webhook.namespace(), Map.of(), Map.of("iam.amazonaws.com/allowed-roles", "[\"all*\"]"));
      Awaitility.await().atMost(DEADLINE).until(() -> injected(account));

      edit(webhook.namespace(), Map.of(), Map.of("iam.amazonaws.com/allowed-roles", "[\"all\"]"));
      Awaitility.await().atMost(DEADLINE).until(() -> !injected(account));

      edit(webhook.namespace(), Map.of(), Map.of("iam.amazonaws.com/permitted", "al+owed"));
      Awaitility.await().atMost(DEADLINE).until(() -> injected(account));
    }
  }

  @Test
  void without_the_right_to_read_namespaces_no_pod_is_let_through_undecided() throws Exception {
    Path policy = Files.writeString(folder.resolve("policy.yaml"), "rules: []");
    try (InstalledWebhook webhook = InstalledWebhook.with(cluster, "--role-policy=" + policy)) {
      AccountKey account = account(webhook, "allowed");
      assertThat(injected(account)).as("such a policy asks for no Namespace").isFalse();

      Files.writeString(
          policy, "rules: [{namespaceSelector: {matchLabels: {tier: dev}}, " + ROLES + "}]");
      Awaitility.await().atMost(DEADLINE).until(() -> dryRun(account).status() == 500);
      PodApi.Answer answer = dryRun(account);
      assertThat(answer.body().path("message").asText()).contains("failed calling webhook");
      assertThat(webhook.process().metric("webidentity_decisions_total.*lookup_failed.*"))
          .isPositive();
    }
  }

  @Test
  void a_config_map_that_is_not_in_order_at_start_is_an_error() {
    AccountKey user = webhookUser();
    AccountSourceSettings.Cluster settings =
        new AccountSourceSettings.Cluster(
            Optional.of(cluster.kubeconfig()), Optional.empty(), Duration.ofSeconds(2));
    try (RolePolicyConfigMap source =
        new RolePolicyConfigMap(settings, user.namespace(), "policy", System::nanoTime)) {
      assertThatThrownBy(source::read)
          .isInstanceOf(UnusableContentException.class)
          .hasMessage(
              "ConfigMap %s/policy does not exist; create it with the role policy as role-policy.yaml"
                  .formatted(user.namespace()));

      write(user.namespace(), "rules: [{}]");
      assertThatThrownBy(source::read)
          .isInstanceOf(UnusableContentException.class)
          .hasMessageStartingWith("ConfigMap " + user.namespace() + "/policy, line 1: rules[0]");
      assertThat(source.ready()).isFalse();
    }
  }

  /** An account with a role of its own name. */
  private AccountKey account(InstalledWebhook webhook, String name) {
    AccountKey account = new AccountKey(webhook.namespace(), name);
    client.resource(Workloads.annotated(account)).create();
    return account;
  }

  private boolean injected(AccountKey account) {
    PodApi.Answer answer = dryRun(account);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
    return answer.body().toString().contains("AWS_ROLE_ARN");
  }

  private PodApi.Answer dryRun(AccountKey account) {
    Pod pod = new PodBuilder(Workloads.pod(account)).build();
    JsonNode json = JSON.valueToTree(pod);
    return pods.dryRun(account.namespace(), json);
  }

  private void edit(String namespace, Map<String, String> labels, Map<String, String> annotations) {
    client
        .namespaces()
        .withName(namespace)
        .edit(found -> {
          found.getMetadata().getLabels().putAll(labels);
          found.getMetadata().setAnnotations(annotations);
          return found;
        });
  }

  private void write(String namespace, String policy) {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("policy")
                .endMetadata()
                .withData(Map.of(RolePolicyConfigMap.KEY, policy))
                .build())
        .createOr(existing -> existing.update());
  }

  private InstalledWebhook inNamespace(AccountKey user, String... flags) {
    String[] all = Arrays.copyOf(flags, flags.length + 1);
    all[flags.length] = "--namespace=" + user.namespace();
    return InstalledWebhook.with(cluster, cluster.kubeconfigFor(user), all);
  }

  /** The webhook's account with the rights that such a policy needs. */
  private AccountKey webhookUser() {
    return WebhookAccount.with(
        cluster,
        new PolicyRuleBuilder()
            .withApiGroups("")
            .withResources("namespaces", "configmaps")
            .withVerbs("get", "list", "watch")
            .build());
  }
}
