package io.webidentity.certificate;

import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.webidentity.identity.AccountKey;
import io.webidentity.testing.TestCluster;
import java.util.List;

/**
 * A user with the rights that the chart gives a webhook with built-in certificates, or fewer: on
 * one Secret and one MutatingWebhookConfiguration, by name.
 */
final class BuiltInRights implements AutoCloseable {
  private static final String GROUP = "rbac.authorization.k8s.io";

  private final TestCluster cluster;
  private final AccountKey account;
  private final String clusterRole;

  /** Makes the user, without any right. */
  BuiltInRights(TestCluster cluster, String namespace) {
    this.cluster = cluster;
    this.account = new AccountKey(namespace, cluster.newName("webhook"));
    this.clusterRole = cluster.newName("ca-bundle");
    cluster
        .client()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(account.name())
                .endMetadata()
                .build())
        .create();
  }

  /** Grants verbs on one Secret of the user's namespace. */
  void onSecret(String name, String... verbs) {
    cluster
        .client()
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withNamespace(account.namespace())
                .withName(account.name())
                .endMetadata()
                .withRules(rule("", "secrets", name, verbs))
                .build())
        .create();
    cluster
        .client()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(account.namespace())
                .withName(account.name())
                .endMetadata()
                .withNewRoleRef(GROUP, "Role", account.name())
                .addNewSubject()
                .withKind("ServiceAccount")
                .withNamespace(account.namespace())
                .withName(account.name())
                .endSubject()
                .build())
        .create();
  }

  /** Grants verbs on one MutatingWebhookConfiguration. */
  void onConfiguration(String name, String... verbs) {
    cluster
        .client()
        .resource(
            new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(clusterRole)
                .endMetadata()
                .withRules(
                    rule(
                        "admissionregistration.k8s.io",
                        "mutatingwebhookconfigurations",
                        name,
                        verbs))
                .build())
        .create();
    cluster
        .client()
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(clusterRole)
                .endMetadata()
                .withNewRoleRef(GROUP, "ClusterRole", clusterRole)
                .addNewSubject()
                .withKind("ServiceAccount")
                .withNamespace(account.namespace())
                .withName(account.name())
                .endSubject()
                .build())
        .create();
  }

  private static PolicyRule rule(String group, String resource, String name, String... verbs) {
    return new PolicyRuleBuilder()
        .withApiGroups(group)
        .withResources(resource)
        .withResourceNames(name)
        .withVerbs(List.of(verbs))
        .build();
  }

  /** A client of the user; the caller closes it. */
  KubernetesClient client() {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(cluster.kubeconfigFor(account).toFile()))
        .build();
  }

  @Override
  public void close() {
    cluster.client().rbac().clusterRoles().withName(clusterRole).delete();
    cluster.client().rbac().clusterRoleBindings().withName(clusterRole).delete();
  }
}
