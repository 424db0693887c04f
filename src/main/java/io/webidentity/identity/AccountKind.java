package io.webidentity.identity;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.webidentity.injection.AnnotationKeys;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * ServiceAccounts, of which the annotations about identities are kept.
 *
 * @param keys the annotations' names
 */
record AccountKind(AnnotationKeys keys)
    implements ObjectKind<AccountKey, ServiceAccount, IdentityAnnotations> {
  @Override
  public String noun() {
    return "ServiceAccount";
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
  public Informable<ServiceAccount> all(KubernetesClient client) {
    return client.serviceAccounts().inAnyNamespace();
  }

  @Override
  public Optional<ServiceAccount> get(KubernetesClient client, AccountKey key) {
    return Optional.ofNullable(
        client.serviceAccounts().inNamespace(key.namespace()).withName(key.name()).get());
  }

  @Override
  public IdentityAnnotations properties(ObjectMeta metadata) {
    return IdentityAnnotations.compact(metadata, keys);
  }

  @Override
  public boolean hasRole(IdentityAnnotations properties) {
    return properties.hasRole();
  }

  @Override
  public boolean settled(IdentityAnnotations properties) {
    return properties.hasRole();
  }

  @Override
  public ServiceAccount of(Supplier<ObjectMeta> metadata) {
    return new View(metadata);
  }

  private static final class View extends ServiceAccount {
    private static final long serialVersionUID = 1L;
    private final transient Supplier<ObjectMeta> metadata;

    View(Supplier<ObjectMeta> metadata) {
      this.metadata = metadata;
    }

    @Override
    public ObjectMeta getMetadata() {
      return metadata.get();
    }
  }
}
