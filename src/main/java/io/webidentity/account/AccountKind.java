package io.webidentity.account;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.AnyNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.kubernetes.ObjectKind;

/**
 * ServiceAccounts, of which the annotations about identities are kept.
 *
 * @param keys the annotations' names
 */
public record AccountKind(AnnotationKeys keys)
    implements ObjectKind<AccountKey, ServiceAccount, IdentityAnnotations> {
  @Override
  public String noun() {
    return "ServiceAccount";
  }

  @Override
  public String loop() {
    return ServiceAccounts.LOOP;
  }

  @Override
  public String resource() {
    return "serviceaccounts";
  }

  @Override
  public boolean possible(AccountKey key) {
    return key.possible();
  }

  @Override
  public Class<ServiceAccount> type() {
    return ServiceAccount.class;
  }

  @Override
  public AnyNamespaceOperation<ServiceAccount, ?, ?> all(KubernetesClient client) {
    return client.serviceAccounts().inAnyNamespace();
  }

  @Override
  public Resource<ServiceAccount> one(KubernetesClient client, AccountKey key) {
    return client.serviceAccounts().inNamespace(key.namespace()).withName(key.name());
  }

  @Override
  public IdentityAnnotations properties(ObjectMeta metadata) {
    return IdentityAnnotations.compact(metadata, keys);
  }

  @Override
  public IdentityAnnotations nothing() {
    return IdentityAnnotations.NONE;
  }

  @Override
  public long characters(IdentityAnnotations properties) {
    return properties.characters();
  }

  @Override
  public boolean hasRole(IdentityAnnotations properties) {
    return properties.hasRole();
  }

  @Override
  public boolean settled(IdentityAnnotations properties) {
    return properties.hasRole();
  }
}
