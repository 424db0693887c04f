package io.webidentity.account;

import io.webidentity.config.AccountSourceSettings;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.kubernetes.ClusterObjects;
import io.webidentity.kubernetes.PodCredentials;
import io.webidentity.watch.UnusableContentException;
import java.time.Clock;
import java.util.SortedMap;
import java.util.function.LongSupplier;

/** The ServiceAccounts of a cluster. */
public final class ClusterServiceAccounts extends ClusterObjects<AccountKey, IdentityAnnotations>
    implements ServiceAccounts {
  /** Reads the annotations that have this prefix, without the slash. */
  public ClusterServiceAccounts(
      AccountSourceSettings.Cluster settings, String annotationPrefix, Clock clock) {
    this(settings, annotationPrefix, clock, System::nanoTime, PodCredentials.ofThisProcess());
  }

  public ClusterServiceAccounts(
      AccountSourceSettings.Cluster settings,
      String annotationPrefix,
      Clock clock,
      LongSupplier nanoTime,
      PodCredentials pod) {
    super(new AccountKind(new AnnotationKeys(annotationPrefix)), settings, clock, nanoTime, pod);
  }

  @Override
  public void start() throws UnusableContentException {
    start(() -> true);
  }

  @Override
  public SortedMap<String, IdentityAnnotations> annotated() {
    return all(annotations -> !annotations.equals(IdentityAnnotations.NONE));
  }
}
