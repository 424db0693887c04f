package io.webidentity.certificate;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.TestCluster;
import java.util.List;
import java.util.Map;

/**
 * A user with the rights that the chart gives a webhook with built-in certificates, or fewer: on
 * one Secret and one MutatingWebhookConfiguration, by name.
 */
final class BuiltInRights {
  private static final String GROUP = "rbac.authorization.k8s.io";

  private final TestCluster cluster;
  private final AccountKey account;

  /** Makes the user, without any right. */
  BuiltInRights(TestCluster cluster, String namespace) {
    this.cluster = cluster;
    this.account = new AccountKey(namespace, cluster.newName("webhook"));
    cluster.createAccount(account, Map.of());
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
    cluster.grant(
        account,
        rule("admissionregistration.k8s.io", "mutatingwebhookconfigurations", name, verbs));
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
}
