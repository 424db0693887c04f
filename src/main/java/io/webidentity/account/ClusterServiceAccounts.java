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
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** The ServiceAccounts of a cluster, known as {@link ClusterObjects} says. */
public final class ClusterServiceAccounts implements ServiceAccounts {
  private final ClusterObjects<AccountKey, IdentityAnnotations> accounts;

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
    AccountKind kind = new AccountKind(new AnnotationKeys(annotationPrefix));
    this.accounts = new ClusterObjects<>(kind, settings, clock, nanoTime, pod);
  }

  /** Connects, for live look-ups alone. */
  public void connect() throws UnusableContentException {
    accounts.connect();
  }

  /**
   * Connects and starts to list. Whether the API server can be reached shows later: it is tried
   * again for as long as it takes.
   */
  @Override
  public void start() throws UnusableContentException {
    accounts.start(() -> true);
  }

  @Override
  public boolean ready() {
    return accounts.ready();
  }

  @Override
  public Optional<IdentityAnnotations> known(AccountKey account) {
    return accounts.known(account);
  }

  @Override
  public CompletionStage<ObjectLookup<IdentityAnnotations>> lookUpLive(AccountKey account) {
    return accounts.lookUpLive(account);
  }

  @Override
  public SortedMap<String, IdentityAnnotations> annotated() {
    return accounts.all(annotations -> !annotations.equals(IdentityAnnotations.NONE));
  }

  @Override
  public ListAgain listAgain() {
    return accounts.listAgain();
  }

  @Override
  public ObjectStatistics statistics() {
    return accounts.statistics();
  }

  @Override
  public Optional<RepeatedLook> looks() {
    return Optional.of(accounts.looks());
  }

  @Override
  public void close() {
    accounts.close();
  }
}
