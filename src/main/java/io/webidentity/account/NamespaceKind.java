package io.webidentity.account;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.AnyNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.kubernetes.ObjectKind;
import io.webidentity.policy.NamespaceAnnotations;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Namespaces, of which the parts asked for are kept.
 *
 * @param keys names of the annotations about identities
 * @param parts what is asked for
 */
public record NamespaceKind(AnnotationKeys keys, Set<NamespacePart> parts)
    implements ObjectKind<String, Namespace, NamespaceProperties> {
  private static final List<String> ROLE_ANNOTATIONS =
      List.of(NamespaceAnnotations.ALLOWED_ROLES, NamespaceAnnotations.PERMITTED);

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
  public Class<Namespace> type() {
    return Namespace.class;
  }

  @Override
  public AnyNamespaceOperation<Namespace, ?, ?> all(KubernetesClient client) {
    return client.namespaces();
  }

  @Override
  public Resource<Namespace> one(KubernetesClient client, String key) {
    return client.namespaces().withName(key);
  }

  @Override
  public NamespaceProperties properties(ObjectMeta metadata) {
    NamespaceProperties read =
        new NamespaceProperties(
            parts.contains(NamespacePart.DEFAULTS)
                ? IdentityAnnotations.compact(metadata, keys)
                : IdentityAnnotations.NONE,
            parts.contains(NamespacePart.LABELS) ? orNone(metadata.getLabels()) : Map.of(),
            parts.contains(NamespacePart.ROLE_ANNOTATIONS)
                ? roleAnnotations(orNone(metadata.getAnnotations()))
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
    Map<String, String> found = new HashMap<>();
    for (String key : ROLE_ANNOTATIONS) {
      String value = annotations.get(key);
      if (value != null) {
        found.put(key, value);
      }
    }
    return found;
  }

  /** What the API server leaves out comes as null, whatever fabric8's types say. */
  @SuppressWarnings("NullAway")
  private static Map<String, String> orNone(Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
