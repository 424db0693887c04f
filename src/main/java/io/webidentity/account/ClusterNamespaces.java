package io.webidentity.account;

import io.webidentity.config.AccountSourceSettings;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.kubernetes.ClusterObjects;
import io.webidentity.kubernetes.PodCredentials;
import java.time.Clock;
import java.util.Set;
import java.util.function.LongSupplier;

/** The Namespaces of a cluster. */
public final class ClusterNamespaces extends ClusterObjects<String, NamespaceProperties>
    implements Namespaces {
  private final boolean defaults;

  /**
   * Not started.
   *
   * @param parts what is kept of each
   * @param annotationPrefix of the annotations that are defaults, without the slash
   */
  public ClusterNamespaces(
      AccountSourceSettings.Cluster settings,
      Set<NamespacePart> parts,
      String annotationPrefix,
      Clock clock) {
    this(
        settings, parts, annotationPrefix, clock, System::nanoTime, PodCredentials.ofThisProcess());
  }

  public ClusterNamespaces(
      AccountSourceSettings.Cluster settings,
      Set<NamespacePart> parts,
      String annotationPrefix,
      Clock clock,
      LongSupplier nanoTime,
      PodCredentials pod) {
    super(
        new NamespaceKind(new AnnotationKeys(annotationPrefix), parts),
        settings,
        clock,
        nanoTime,
        pod);
    this.defaults = parts.contains(NamespacePart.DEFAULTS);
  }

  @Override
  public boolean areDefaults() {
    return defaults;
  }
}
