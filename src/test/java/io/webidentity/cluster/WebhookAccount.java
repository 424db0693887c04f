package io.webidentity.cluster;

import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.identity.AccountKey;
import io.webidentity.testing.TestCluster;

/** Accounts of webhooks that have more rights than every installation. */
final class WebhookAccount {
  private WebhookAccount() {}

  /** Makes an account in a namespace of its own, with every installation's rights and these. */
  static AccountKey with(TestCluster cluster, PolicyRule... rules) {
    AccountKey account = new AccountKey(cluster.newNamespace(), "webhook");
    String role = account.namespace() + "-webhook";
    KubernetesClient client = cluster.client();
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace(account.namespace())
                .withName(account.name())
                .endMetadata()
                .build())
        .create();
    client
        .resource(
            new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(role)
                .endMetadata()
                .withRules(rules)
                .addToRules(
                    new PolicyRuleBuilder()
                        .withApiGroups("")
                        .withResources("serviceaccounts")
                        .withVerbs("get", "list", "watch")
                        .build())
                .build())
        .create();
    client
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(role)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                .addNewSubject()
                .withKind("ServiceAccount")
                .withNamespace(account.namespace())
                .withName(account.name())
                .endSubject()
                .build())
        .create();
    return account;
  }
}
