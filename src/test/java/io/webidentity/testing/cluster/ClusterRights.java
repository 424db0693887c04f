package io.webidentity.testing.cluster;

import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.account.AccountKey;

/**
 * Cluster-wide rights of one ServiceAccount: a ClusterRole and its binding.
 *
 * @param name name of both
 */
public record ClusterRights(String name) {

  /** Makes both. */
  public void grant(KubernetesClient client, AccountKey account, PolicyRule... rules) {
    client
        .resource(
            new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withRules(rules)
                .build())
        .create();
    client
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", name)
                .addNewSubject()
                .withKind("ServiceAccount")
                .withNamespace(account.namespace())
                .withName(account.name())
                .endSubject()
                .build())
        .create();
  }

  /** Takes both away, where they are. */
  public void revoke(KubernetesClient client) {
    client.rbac().clusterRoleBindings().withName(name).delete();
    client.rbac().clusterRoles().withName(name).delete();
  }
}
