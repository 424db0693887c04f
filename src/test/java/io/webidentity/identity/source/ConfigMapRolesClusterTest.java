package io.webidentity.identity.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.webidentity.account.AccountKey;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.identity.RoleMap;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Reason;
import io.webidentity.testing.cluster.ApiServerProxy;
import io.webidentity.testing.cluster.InstalledWebhook;
import io.webidentity.testing.cluster.ProxyBehaviour;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.RequestKind;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** With the rights that the chart gives: to list and watch the one ConfigMap. */
@RealCluster
class ConfigMapRolesClusterTest {
  private static final AccountKey ORDERS = new AccountKey("shop", "orders");
  private static final AccountKey REPORTS = new AccountKey("shop", "reports");
  private static final String NOT_JSON = "{\"shop/orders\":";

  private final TestCluster cluster;
  private final String namespace;

  ConfigMapRolesClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.namespace = prepared(cluster);
  }

  @Test
  void entries_come_change_and_vanish_with_the_config_map() throws Exception {
    try (ConfigMapRoles roles = started(cluster.webhookKubeconfig())) {
      await().until(roles::ready);
      assertThat(roles.entries()).isZero();

      write(map("shop/orders", "ä→🙂"));
      await().until(() -> "ä→🙂".equals(role(roles, ORDERS)));
      write(map("shop/*", "r"));
      await().until(() -> roles.entries() == 0);
      write(map("s*p/reports", "r"));
      await().until(() -> "r".equals(role(roles, REPORTS)));
      assertThat(roles.find(ORDERS)).isEmpty();

      delete();
      await().until(() -> roles.entries() == 0);
      assertThat(roles.find(REPORTS)).isEmpty();
      assertThat(roles.looks().failures()).isZero();
      assertThat(roles.problem(REPORTS)).isEmpty();
    }
  }

  @Test
  void a_broken_config_map_leaves_the_last_good_one_in_use_and_is_counted_until_it_is_mended()
      throws Exception {
    write(map("shop/orders", "old"));
    try (ConfigMapRoles roles = started(cluster.webhookKubeconfig())) {
      await().until(() -> roles.ready() && roles.find(ORDERS).isPresent());

      write(Map.of("config", NOT_JSON));
      await().until(() -> roles.looks().failures() > 1);
      assertThat(role(roles, ORDERS)).isEqualTo("old");
      assertThat(roles.problem(REPORTS))
          .hasValueSatisfying(finding -> {
            assertThat(finding.reason()).isEqualTo(Reason.ROLE_MAP_BROKEN);
            assertThat(finding.message())
                .contains("ConfigMap " + namespace + "/pod-identity-webhook", "line 1");
          });

      write(Map.of("Config", "{}"));
      await().until(() -> problem(roles).contains("its key config is missing"));
      assertThat(role(roles, ORDERS)).isEqualTo("old");

      write(map("shop/reports", "new"));
      await().until(() -> "new".equals(role(roles, REPORTS)));
      assertThat(roles.find(ORDERS)).isEmpty();
      assertThat(roles.problem(ORDERS)).isEmpty();
    }
  }

  @Test
  void a_config_map_that_is_broken_from_the_start_has_no_entries_and_says_so() throws Exception {
    write(Map.of("config", NOT_JSON));
    try (ConfigMapRoles roles = started(cluster.webhookKubeconfig())) {
      await().until(() -> roles.ready() && roles.looks().failures() > 0);
      assertThat(roles.entries()).isZero();
      assertThat(problem(roles)).contains("line 1");
    }
  }

  @Test
  void without_the_right_to_list_it_the_map_is_never_ready() throws Exception {
    write(map("shop/orders", "r"));
    try (ApiServerProxy proxy = cluster.webhookProxy()) {
      proxy.on(RequestKind.LIST, new ProxyBehaviour.Answer(403));
      try (ConfigMapRoles roles = started(proxy.kubeconfig())) {
        await().until(() -> proxy.count(RequestKind.LIST) > 2);
        assertThat(roles.ready()).isFalse();

        proxy.on(RequestKind.LIST, new ProxyBehaviour.Forward());
        await().until(roles::ready);
        assertThat(role(roles, ORDERS)).isEqualTo("r");
      }
    }
  }

  /**
   * A cluster of its own: the shared one is not ours to stop. Where that is frozen rather than
   * stopped, as in a container, its connections stay open, and nothing shows yet.
   */
  @Test
  void what_is_known_stays_in_use_while_the_api_server_is_away_and_changes_are_seen_after()
      throws Exception {
    try (TestCluster own = TestCluster.startOwn()) {
      String there = prepared(own);
      write(own, there, map("shop/orders", "old"));
      try (ConfigMapRoles roles = started(own.webhookKubeconfig(), there)) {
        await().until(roles::ready);
        own.stopApiServer();
        assertThat(role(roles, ORDERS)).isEqualTo("old");
        assertThat(roles.ready()).isTrue();
        own.startApiServer();

        write(own, there, map("shop/orders", "new"));
        await().until(() -> "new".equals(role(roles, ORDERS)));
        own.client().configMaps().inNamespace(there).withName(ConfigMapRoles.NAME).delete();
        await().until(() -> roles.entries() == 0);
      }
    }
  }

  @Test
  void a_pod_gets_the_role_of_the_map_by_the_webhooks_flag() {
    write(map("team-*/orders", "arn:aws:iam::111122223333:role/mapped"));
    try (InstalledWebhook webhook =
        InstalledWebhook.with(
            cluster,
            cluster.webhookKubeconfig(),
            "--watch-config-map",
            "--namespace=" + namespace)) {
      cluster.createAccount(new AccountKey(webhook.namespace(), "orders"), Map.of());

      assertThat(roleOfPod(webhook.namespace(), "orders"))
          .isEqualTo("arn:aws:iam::111122223333:role/mapped");
      assertThat(roleOfPod(webhook.namespace(), "default")).isEqualTo("none");
    }
  }

  private String roleOfPod(String in, String account) {
    Pod pod =
        cluster
            .client()
            .pods()
            .resource(
                new PodBuilder()
                    .withNewMetadata()
                    .withNamespace(in)
                    .withGenerateName("app-")
                    .endMetadata()
                    .withNewSpec()
                    .withServiceAccountName(account)
                    .addNewContainer()
                    .withName("app")
                    .withImage("app:1")
                    .endContainer()
                    .endSpec()
                    .build())
            .create();
    return pod.getSpec().getContainers().getFirst().getEnv().stream()
        .filter(variable -> variable.getName().equals("AWS_ROLE_ARN"))
        .map(EnvVar::getValue)
        .findFirst()
        .orElse("none");
  }

  private static String role(ConfigMapRoles roles, AccountKey account) {
    return roles.find(account).map(RoleMap.Entry::roleArn).orElse("none");
  }

  private static String problem(ConfigMapRoles roles) {
    return roles.problem(REPORTS).map(Finding::message).orElse("none");
  }

  private ConfigMapRoles started(Path kubeconfig) throws UnusableContentException {
    return started(kubeconfig, namespace);
  }

  private static ConfigMapRoles started(Path kubeconfig, String namespace)
      throws UnusableContentException {
    ConfigMapRoles roles =
        new ConfigMapRoles(
            new AccountSourceSettings.Cluster(
                Optional.of(kubeconfig), Optional.empty(), Duration.ofSeconds(2)),
            namespace,
            System::nanoTime);
    roles.start();
    return roles;
  }

  private static Map<String, String> map(String key, String role) {
    return Map.of("config", "{\"%s\":{\"RoleARN\":\"%s\"}}".formatted(key, role));
  }

  private void write(Map<String, String> data) {
    write(cluster, namespace, data);
  }

  private static void write(TestCluster cluster, String namespace, Map<String, String> data) {
    cluster
        .client()
        .configMaps()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(ConfigMapRoles.NAME)
                .endMetadata()
                .withData(data)
                .build())
        .createOr(NonDeletingOperation::update);
  }

  private void delete() {
    cluster.client().configMaps().inNamespace(namespace).withName(ConfigMapRoles.NAME).delete();
  }

  /** A namespace in which ServiceAccounts may list and watch the ConfigMap. */
  private static String prepared(TestCluster cluster) {
    String namespace = cluster.newNamespace();
    cluster
        .client()
        .rbac()
        .roles()
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("role-map")
                .endMetadata()
                .addNewRule()
                .withApiGroups("")
                .withResources("configmaps")
                .withResourceNames(ConfigMapRoles.NAME)
                .withVerbs("list", "watch")
                .endRule()
                .build())
        .create();
    cluster
        .client()
        .rbac()
        .roleBindings()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("role-map")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", "role-map")
                .addNewSubject()
                .withKind("Group")
                .withName("system:serviceaccounts")
                .endSubject()
                .build())
        .create();
    return namespace;
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofMinutes(1));
  }
}
