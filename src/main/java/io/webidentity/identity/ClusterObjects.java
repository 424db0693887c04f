package io.webidentity.identity;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.identity.ObjectReadException.Retry;
import io.webidentity.injection.Reason;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of one kind in a cluster: an informer over all of them, and live look-ups for what it
 * cannot know yet.
 *
 * <table>
 * <caption>What is known well enough</caption>
 * <tr><th>the informer</th><th>answer</th></tr>
 * <tr><td>has seen an object that is {@linkplain
 * ObjectKind#settled settled}, such as one with a role</td><td>known</td></tr>
 * <tr><td>has seen it unsettled, changed within {@link ObjectStore#JUST_NOW}</td>
 * <td>looked up: the annotation may be on its way</td></tr>
 * <tr><td>has seen it unsettled, and has heard nothing for {@link #SILENCE_LIMIT}</td>
 * <td>looked up: the watch may be dead</td></tr>
 * <tr><td>has seen it unsettled, and has had no watch for {@link #RECONNECT_LIMIT}</td>
 * <td>looked up: changes are being missed</td></tr>
 * <tr><td>has seen it unsettled otherwise</td><td>known</td></tr>
 * <tr><td>has not seen it</td><td>looked up</td></tr>
 * </table>
 *
 * <p>If a look-up fails, what the informer has long seen is the answer: a dead watch must not block
 * every pod of the cluster. Of an object that it has not seen, or only just now, too little is
 * known, and the failure is the answer.
 *
 * @param <K> tells objects apart
 * @param <T> the object as fabric8 has it
 * @param <P> what is kept of it
 */
final class ClusterObjects<K, T extends HasMetadata, P> implements AutoCloseable {
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

  /** Objects in a page of the list, as Kubernetes' own clients ask for. */
  private static final long PAGE_SIZE = 500;

  private static final Logger log = LoggerFactory.getLogger(ClusterObjects.class);

  private final AccountSourceSettings.Cluster settings;
  private final PodCredentials pod;
  private final ObjectKind<K, T, P> kind;
  private final ObjectStore<K, P> store;
  private final WatchSignal signal;
  private final LiveLookups<K, P> lookups;
  private volatile @Nullable Connection<K, T, P> connection;
  private volatile boolean ready;
  private volatile boolean listing;
  private volatile String lastReported = "";

  /**
   * Not started.
   *
   * @param clock compared with the time of creation of objects in the first list
   * @param nanoTime measures ages
   */
  ClusterObjects(
      ObjectKind<K, T, P> kind,
      AccountSourceSettings.Cluster settings,
      Clock clock,
      LongSupplier nanoTime,
      PodCredentials pod) {
    this.kind = kind;
    this.settings = settings;
    this.pod = pod;
    this.store = new ObjectStore<>(kind, clock, nanoTime);
    this.signal = new WatchSignal("/" + kind.resource(), plural(), nanoTime);
    this.lookups = new LiveLookups<>(kind, this::read, settings.lookupDeadline(), nanoTime);
  }

  /**
   * Connects and starts to list. Whether the API server can be reached shows later: it is tried
   * again for as long as it takes.
   */
  synchronized void start() throws AccountSourceException {
    KubernetesClient client = connect();
    WatchGuard guard = new WatchGuard(plural(), this::guard, () -> ready && silent());
    Connection<K, T, P> opened =
        new Connection<>(client, informing(client), new ApiServerReader<>(client, kind), guard);
    connection = opened;
    guard.start();
    list(opened);
  }

  private KubernetesClient connect() throws AccountSourceException {
    return ApiClients.connect(
        settings,
        pod,
        builder ->
            builder
                .withKubernetesSerialization(MetadataReader.serialization(kind))
                .withHttpClientBuilderConsumer(
                    http -> http.addOrReplaceInterceptor("watch-signal", signal)));
  }

  /**
   * Lists everything again, with a new informer. Until that list is complete, what was known stays
   * known, and then what is no longer there goes. The old informer ends first: what the store has
   * is never newer than the list.
   */
  synchronized Rereading reread() {
    Connection<K, T, P> open = connection;
    if (open == null || listing) {
      return Rereading.UNDER_WAY;
    }
    log.info("{} are listed again, as somebody asked for it.", plural());
    open.informing().stop();
    Connection<K, T, P> renewed =
        new Connection<>(open.client(), informing(open.client()), open.reader(), open.guard());
    connection = renewed;
    list(renewed);
    return Rereading.STARTED;
  }

  /** What is kept of the objects for which this holds, by {@code namespace/name} or name. */
  SortedMap<String, P> all(Predicate<P> wanted) {
    return store.all(wanted);
  }

  /** Whether the first list is complete. */
  boolean ready() {
    return ready;
  }

  /** What is kept of the object, if it is known well enough. Never blocks. */
  Optional<P> known(K key) {
    return store
        .known(key)
        .filter(known -> kind.settled(known.properties()) || !(known.justSeen() || silent()))
        .map(ObjectStore.Known::properties);
  }

  /** Asks the API server; the stage completes on another thread, never exceptionally. */
  CompletionStage<ObjectLookup<P>> lookUpLive(K key) {
    if (!kind.possible(key)) {
      return CompletableFuture.completedFuture(new ObjectLookup.NotFound<>());
    }
    return lookups.lookUp(key).thenApply(lookup -> orElseSeen(key, lookup));
  }

  /** Counts and ages. */
  ObjectStatistics statistics() {
    return new ObjectStatistics(
        store.size(), store.annotated(), signal.age(), ready && !silent(), lookups.counts());
  }

  @Override
  public void close() {
    lookups.close();
    Connection<K, T, P> open = disconnect();
    if (open != null) {
      open.guard().close();
      open.informing().stop();
      open.client().close();
    }
  }

  private synchronized @Nullable Connection<K, T, P> disconnect() {
    Connection<K, T, P> open = connection;
    connection = null;
    return open;
  }

  private void list(Connection<K, T, P> open) {
    listing = true;
    var _ = open.informing().informer().start().thenRun(() -> listed(open));
  }

  private Informing<T> informing(KubernetesClient client) {
    InformerStore<T> way = new InformerStore<>(store);
    SharedIndexInformer<T> informer =
        PagesToStore.informer(kind.all(client), way, PAGE_SIZE, settings.resyncPeriod().toMillis());
    informer
        .addEventHandlerWithResyncPeriod(new CompleteLists<>(signal), 0)
        .exceptionHandler((_, e) -> {
          report(e);
          return true; // Tried again for as long as it takes.
        });
    return new Informing<>(informer, way);
  }

  private void guard() {
    signal.cutIfSilentFor(SILENCE_LIMIT);
    store.forgetOldChanges();
  }

  private String plural() {
    return kind.noun() + "s";
  }

  private synchronized void listed(Connection<K, T, P> by) {
    if (!by.equals(connection)) {
      return; // Closed meanwhile.
    }
    listing = false;
    signal.listed(); // The event handler may be late.
    ready = true;
    lastReported = "";
    log.info("{} {} listed, {} with a role.", store.size(), plural(), store.annotated());
  }

  /** Logs a failure that is unlike the one before. */
  private void report(Throwable e) {
    Connection<K, T, P> open = connection;
    String problem = open == null ? "" : ApiServerReader.problem(e, open.client());
    if (!problem.isEmpty() && !problem.equals(lastReported)) {
      lastReported = problem;
      log.warn("{} cannot be listed or watched ({}); trying again.", plural(), problem);
    }
  }

  /** Whether changes may have been missed. */
  private boolean silent() {
    return signal.unwatched().compareTo(RECONNECT_LIMIT) > 0
        || signal.age().filter(age -> age.compareTo(SILENCE_LIMIT) <= 0).isEmpty();
  }

  private ObjectLookup<P> orElseSeen(K key, ObjectLookup<P> lookup) {
    return switch (lookup) {
      case ObjectLookup.Failed<P> failed ->
          store
              .known(key)
              .filter(known -> kind.settled(known.properties()) || !known.justSeen())
              .<ObjectLookup<P>>map(known -> new ObjectLookup.Found<>(known.properties()))
              .orElse(failed);
      case ObjectLookup.Found<P> found -> found;
      case ObjectLookup.NotFound<P> notFound -> notFound;
    };
  }

  private Optional<P> read(K key, Duration timeout) throws ObjectReadException {
    Connection<K, T, P> open = connection;
    if (open == null) {
      throw new ObjectReadException(
          Reason.LOOKUP_FAILED, "The webhook is not connected to an API server.", Retry.SENSIBLE);
    }
    return open.reader().read(key, timeout);
  }

  /** What is open between {@link #start} and {@link #close}. */
  private record Connection<K, T extends HasMetadata, P>(
      KubernetesClient client,
      Informing<T> informing,
      ObjectReader<K, P> reader,
      WatchGuard guard) {}

  /** An informer and its way to the store. */
  private record Informing<T extends HasMetadata>(
      SharedIndexInformer<T> informer, InformerStore<T> way) {
    void stop() {
      informer.stop();
      way.close();
    }
  }
}
