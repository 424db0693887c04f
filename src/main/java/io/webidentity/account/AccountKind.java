package io.webidentity.account;

import io.webidentity.injection.AnnotationKeys;
import io.webidentity.kubernetes.ApiObject;
import io.webidentity.kubernetes.ObjectKind;

/**
 * ServiceAccounts, of which the annotations about identities are kept.
 *
 * @param keys the annotations' names
 */
public record AccountKind(AnnotationKeys keys)
    implements ObjectKind<AccountKey, IdentityAnnotations> {
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
  public String collection() {
    return "/api/v1/serviceaccounts";
  }

  @Override
  public String path(AccountKey key) {
    return "/api/v1/namespaces/%s/serviceaccounts/%s".formatted(key.namespace(), key.name());
  }

  @Override
  public IdentityAnnotations properties(ApiObject object) {
    return IdentityAnnotations.compact(object.annotations(), keys);
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
