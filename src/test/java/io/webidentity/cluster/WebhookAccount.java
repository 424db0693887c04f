package io.webidentity.cluster;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.TestCluster;
import java.util.Map;

/** Accounts of webhooks that have more rights than every installation. */
final class WebhookAccount {
  private WebhookAccount() {}

  /** Makes an account in a namespace of its own, with every installation's rights and these. */
  static AccountKey with(TestCluster cluster, PolicyRule... rules) {
    AccountKey account = new AccountKey(cluster.newNamespace(), "webhook");
    cluster.createAccount(account, Map.of());
    cluster.grant(account, TestCluster.reading("serviceaccounts"));
    cluster.grant(account, rules);
    return account;
  }
}
