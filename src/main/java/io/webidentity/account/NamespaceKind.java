package io.webidentity.account;

import io.webidentity.injection.AnnotationKeys;
import io.webidentity.kubernetes.ApiObject;
import io.webidentity.kubernetes.ObjectKind;
import io.webidentity.policy.NamespaceAnnotations;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Namespaces, of which the parts asked for are kept.
 *
 * @param keys names of the annotations about identities
 * @param parts what is asked for
 */
public record NamespaceKind(AnnotationKeys keys, Set<NamespacePart> parts)
    implements ObjectKind<String, NamespaceProperties> {
  public NamespaceKind {
    parts = Set.copyOf(parts);
  }

  @Override
  public String noun() {
    return "Namespace";
  }

  @Override
  public String loop() {
    return "namespaces";
  }

  @Override
  public String resource() {
    return "namespaces";
  }

  @Override
  public boolean possible(String key) {
    return AccountKey.isNamespace(key);
  }

  @Override
  public String collection() {
    return "/api/v1/namespaces";
  }

  @Override
  public String path(String key) {
    return collection() + "/" + key;
  }

  @Override
  public NamespaceProperties properties(ApiObject object) {
    NamespaceProperties read =
        new NamespaceProperties(
            parts.contains(NamespacePart.DEFAULTS)
                ? IdentityAnnotations.compact(object.annotations(), keys)
                : IdentityAnnotations.NONE,
            parts.contains(NamespacePart.LABELS) ? object.labels() : Map.of(),
            parts.contains(NamespacePart.ROLE_ANNOTATIONS)
                ? roleAnnotations(object.annotations())
                : Map.of());
    return read.equals(NamespaceProperties.NONE) ? NamespaceProperties.NONE : read;
  }

  @Override
  public NamespaceProperties nothing() {
    return NamespaceProperties.NONE;
  }

  @Override
  public long characters(NamespaceProperties properties) {
    return properties.defaults().characters()
        + characters(properties.labels())
        + characters(properties.roleAnnotations());
  }

  private static long characters(Map<String, String> texts) {
    return texts.entrySet().stream()
        .mapToLong(text -> text.getKey().length() + text.getValue().length())
        .sum();
  }

  @Override
  public boolean hasRole(NamespaceProperties properties) {
    return properties.defaults().hasRole();
  }

  /** Of labels and annotations that grant roles, nobody can tell whether more are on their way. */
  @Override
  public boolean settled(NamespaceProperties properties) {
    return parts.equals(Set.of(NamespacePart.DEFAULTS)) && hasRole(properties);
  }

  private static Map<String, String> roleAnnotations(Map<String, String> annotations) {
    Map<String, String> found = new HashMap<>(annotations);
    found.keySet().retainAll(NamespaceAnnotations.KEYS);
    return found;
  }
}
