package io.webidentity.account;

import java.util.Map;

/**
 * What is kept of a Namespace: of each part only what the settings ask for, else nothing.
 *
 * @param defaults its annotations that are defaults for its ServiceAccounts
 * @param labels its labels
 * @param roleAnnotations its annotations of kube2iam's and kiam's kind, which say what roles its
 *     pods may have
 */
public record NamespaceProperties(
    IdentityAnnotations defaults, Map<String, String> labels, Map<String, String> roleAnnotations) {
  /** Of a Namespace that has nothing of interest, does not exist or was not asked for. */
  public static final NamespaceProperties NONE = new NamespaceProperties(IdentityAnnotations.NONE);

  public NamespaceProperties {
    labels = Map.copyOf(labels);
    roleAnnotations = Map.copyOf(roleAnnotations);
  }

  /** Defaults alone. */
  public NamespaceProperties(IdentityAnnotations defaults) {
    this(defaults, Map.of(), Map.of());
  }
}
