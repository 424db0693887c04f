package io.webidentity.account;

import io.webidentity.config.AccountSourceSettings;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.kubernetes.ClusterObjects;
import io.webidentity.kubernetes.ListAgain;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics;
import io.webidentity.kubernetes.PodCredentials;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** The Namespaces of a cluster, known as {@link ClusterObjects} says. */
public final class ClusterNamespaces implements Namespaces {
  private final boolean defaults;
  private final ClusterObjects<String, NamespaceProperties> namespaces;

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
    this.defaults = parts.contains(NamespacePart.DEFAULTS);
    NamespaceKind kind = new NamespaceKind(new AnnotationKeys(annotationPrefix), parts);
    this.namespaces = new ClusterObjects<>(kind, settings, clock, nanoTime, pod);
  }

  /** Connects, for live look-ups alone. */
  public void connect() throws UnusableContentException {
    namespaces.connect();
  }

  /**
   * Connects and starts to list. Whether the API server can be reached shows later: it is tried
   * again for as long as it takes.
   */
  @Override
  public void start(BooleanSupplier needed) throws UnusableContentException {
    namespaces.start(needed);
  }

  @Override
  public boolean areDefaults() {
    return defaults;
  }

  @Override
  public boolean ready() {
    return namespaces.ready();
  }

  @Override
  public Optional<NamespaceProperties> known(String name) {
    return namespaces.known(name);
  }

  @Override
  public CompletionStage<ObjectLookup<NamespaceProperties>> lookUpLive(String name) {
    return namespaces.lookUpLive(name);
  }

  @Override
  public ListAgain listAgain() {
    return namespaces.listAgain();
  }

  @Override
  public Optional<ObjectStatistics> statistics() {
    return Optional.of(namespaces.statistics());
  }

  @Override
  public Optional<RepeatedLook> looks() {
    return Optional.of(namespaces.looks());
  }

  @Override
  public void close() {
    namespaces.close();
  }
}
