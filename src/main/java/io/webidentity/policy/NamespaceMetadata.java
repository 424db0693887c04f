package io.webidentity.policy;

import java.util.Map;

/**
 * What a policy looks at of a Namespace.
 *
 * @param name its name
 * @param labels its labels; may be left empty where {@link RolePolicy#readsLabels} is false
 * @param annotations its annotations; may be left empty where no annotation grants roles
 */
public record NamespaceMetadata(
    String name, Map<String, String> labels, Map<String, String> annotations) {
  public NamespaceMetadata {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }
}
