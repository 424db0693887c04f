package io.webidentity.identity;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.identity.AccountReadException.Retry;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.injection.Reason;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ServiceAccounts of a cluster: an informer over all namespaces, and live look-ups for what it
 * cannot know yet.
 *
 * <table>
 * <caption>What is known well enough</caption>
 * <tr><th>the informer</th><th>answer</th></tr>
 * <tr><td>has seen the account with a role</td><td>known</td></tr>
 * <tr><td>has seen it without one, changed within {@link AccountStore#JUST_NOW}</td>
 * <td>looked up: the annotation may be on its way</td></tr>
 * <tr><td>has seen it without one, and has heard nothing for {@link #SILENCE_LIMIT}</td>
 * <td>looked up: the watch may be dead</td></tr>
 * <tr><td>has seen it without one, and has had no watch for {@link #RECONNECT_LIMIT}</td>
 * <td>looked up: changes are being missed</td></tr>
 * <tr><td>has seen it without one otherwise</td><td>known</td></tr>
 * <tr><td>has not seen it</td><td>looked up</td></tr>
 * </table>
 *
 * <p>If a look-up fails, what the informer has seen of an account that has long been without a role
 * is the answer: a dead watch must not block every pod of the cluster. Of an account that it has
 * not seen, or only just now, too little is known, and the failure is the answer.
 */
public final class ClusterServiceAccounts implements ServiceAccounts {
  /**
   * The watch counts as dead when nothing has come for so long: API servers send a <a
   * href="https://kubernetes.io/docs/reference/using-api/api-concepts/#watch-bookmarks">bookmark</a>
   * about every minute; two and a half times that is no delay.
   */
  static final Duration SILENCE_LIMIT = Duration.ofSeconds(150);

  /**
   * A watch that ended, as each does every few minutes, is opened again after {@link
   * ApiClientConfig#FIRST_RETRY}, and that pause doubles: four attempts fit into five seconds (at
   * 0.25, 0.75, 1.75 and 3.75 s). What takes longer is no ordinary reconnect.
   */
  static final Duration RECONNECT_LIMIT = Duration.ofSeconds(5);

  /** How often the watch is checked for life. */
  private static final Duration GUARD_INTERVAL = Duration.ofSeconds(1);

  /** Accounts in a page of the list, as Kubernetes' own clients ask for. */
  private static final long PAGE_SIZE = 500;

  private static final Logger log = LoggerFactory.getLogger(ClusterServiceAccounts.class);

  private final AccountSourceSettings.Cluster settings;
  private final PodCredentials pod;
  private final AnnotationKeys keys;
  private final AccountStore store;
  private final WatchSignal signal;
  private final LiveLookups lookups;
  private volatile @Nullable Connection connection;
  private volatile boolean ready;
  private volatile String lastReported = "";

  /** Reads the annotations that have this prefix, without the slash. */
  public ClusterServiceAccounts(
      AccountSourceSettings.Cluster settings, String annotationPrefix, Clock clock) {
    this(settings, annotationPrefix, clock, System::nanoTime, PodCredentials.ofThisProcess());
  }

  ClusterServiceAccounts(
      AccountSourceSettings.Cluster settings,
      String annotationPrefix,
      Clock clock,
      LongSupplier nanoTime,
      PodCredentials pod) {
    this.settings = settings;
    this.pod = pod;
    this.keys = new AnnotationKeys(annotationPrefix);
    this.store = new AccountStore(keys, clock, nanoTime);
    this.signal = new WatchSignal("/serviceaccounts", "ServiceAccounts", nanoTime);
    this.lookups = new LiveLookups(this::read, settings.lookupDeadline(), nanoTime);
  }

  /**
   * Connects and starts to list. Whether the API server can be reached shows later: it is tried
   * again for as long as it takes.
   */
  @Override
  public void start() throws AccountSourceException {
    KubernetesClient client =
        ApiClients.connect(
            settings, pod, http -> http.addOrReplaceInterceptor("watch-signal", signal));
    SharedIndexInformer<ServiceAccount> informer = informer(client);
    Thread guard = Thread.ofVirtual().name("watch-guard").unstarted(this::guardWatch);
    connection = new Connection(client, informer, new ApiServerAccountReader(client, keys), guard);
    guard.start();
    var _ = informer.start().thenRun(this::listed);
  }

  @Override
  public boolean ready() {
    return ready;
  }

  @Override
  public Optional<IdentityAnnotations> known(AccountKey account) {
    return store
        .known(account)
        .filter(known -> known.annotations().hasRole() || !(known.justSeen() || silent()))
        .map(AccountStore.Known::annotations);
  }

  @Override
  public CompletionStage<AccountLookup> lookUpLive(AccountKey account) {
    if (!account.possible()) {
      return CompletableFuture.completedFuture(new AccountLookup.NotFound());
    }
    return lookups.lookUp(account).thenApply(lookup -> orElseSeen(account, lookup));
  }

  @Override
  public AccountStatistics statistics() {
    return new AccountStatistics(
        store.size(), store.annotated(), signal.age(), ready && !silent(), lookups.counts());
  }

  @Override
  public void close() {
    lookups.close();
    Connection open = connection;
    connection = null;
    if (open != null) {
      open.guard().interrupt();
      open.informer().stop();
      open.client().close();
    }
  }

  private SharedIndexInformer<ServiceAccount> informer(KubernetesClient client) {
    SharedIndexInformer<ServiceAccount> informer =
        client
            .serviceAccounts()
            .inAnyNamespace()
            .withLimit(PAGE_SIZE)
            .runnableInformer(settings.resyncPeriod().toMillis());
    informer.removeIndexer(Cache.NAMESPACE_INDEX); // It would cost more than the accounts.
    return informer
        .itemStore(store)
        .addEventHandlerWithResyncPeriod(new CompleteLists(signal), 0)
        .exceptionHandler((_, e) -> {
          report(e);
          return true; // Tried again for as long as it takes.
        });
  }

  private void guardWatch() {
    boolean broken = false;
    try {
      while (true) {
        Thread.sleep(GUARD_INTERVAL);
        signal.cutIfSilentFor(SILENCE_LIMIT);
        if (ready && silent() != broken) {
          broken = !broken;
          tell(broken);
        }
      }
    } catch (InterruptedException e) {
      // Only close() interrupts: the thread ends.
    }
  }

  private static void tell(boolean broken) {
    if (broken) {
      log.warn(
          "The watch of ServiceAccounts is broken: until it is back, accounts without a role are"
              + " looked up live. Check the API server and the way to it.");
    } else {
      log.info("The watch of ServiceAccounts is back.");
    }
  }

  private void listed() {
    store.firstListDone();
    signal.listed(); // The event handler may be late.
    ready = true;
    lastReported = "";
    log.info("{} ServiceAccounts listed, {} with a role.", store.size(), store.annotated());
  }

  /** Logs a failure that is unlike the one before. */
  private void report(Throwable e) {
    String problem = ApiServerAccountReader.problem(e);
    if (connection != null && !problem.equals(lastReported)) {
      lastReported = problem;
      log.warn("ServiceAccounts cannot be listed or watched ({}); trying again.", problem);
    }
  }

  /** Whether changes may have been missed. */
  private boolean silent() {
    return signal.unwatched().compareTo(RECONNECT_LIMIT) > 0
        || signal.age().filter(age -> age.compareTo(SILENCE_LIMIT) <= 0).isEmpty();
  }

  private AccountLookup orElseSeen(AccountKey account, AccountLookup lookup) {
    return switch (lookup) {
      case AccountLookup.Failed failed ->
          store
              .known(account)
              .filter(known -> known.annotations().hasRole() || !known.justSeen())
              .<AccountLookup>map(known -> new AccountLookup.Found(known.annotations()))
              .orElse(failed);
      case AccountLookup.Found found -> found;
      case AccountLookup.NotFound notFound -> notFound;
    };
  }

  private Optional<IdentityAnnotations> read(AccountKey account, Duration timeout)
      throws AccountReadException {
    Connection open = connection;
    if (open == null) {
      throw new AccountReadException(
          Reason.LOOKUP_FAILED, "The webhook is not connected to an API server.", Retry.SENSIBLE);
    }
    return open.reader().read(account, timeout);
  }

  /** What is open between {@link #start} and {@link #close}. */
  private record Connection(
      KubernetesClient client,
      SharedIndexInformer<ServiceAccount> informer,
      AccountReader reader,
      Thread guard) {}
}
