package io.webidentity.kubernetes;

import io.webidentity.config.AccountSourceSettings;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import java.time.Clock;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of one kind in a cluster: a {@link Reflector} over all of them, and live look-ups for
 * what it cannot know yet.
 *
 * <table>
 * <caption>What is known well enough</caption>
 * <tr><th>the reflector</th><th>answer</th></tr>
 * <tr><td>has seen an object that is {@linkplain
 * ObjectKind#settled settled}, such as one with a role</td><td>known</td></tr>
 * <tr><td>has seen it unsettled, changed within {@link ObjectStore#JUST_NOW}</td>
 * <td>looked up: the annotation may be on its way</td></tr>
 * <tr><td>has seen it unsettled, and has heard nothing for {@link WatchAge#SILENCE_LIMIT}</td>
 * <td>looked up: the watch may be dead</td></tr>
 * <tr><td>has seen it unsettled, and has had no watch for {@link WatchAge#RECONNECT_LIMIT}</td>
 * <td>looked up: changes are being missed</td></tr>
 * <tr><td>has seen it unsettled otherwise</td><td>known</td></tr>
 * <tr><td>has not seen it, or it has too much to be kept</td><td>looked up</td></tr>
 * </table>
 *
 * <p>If a look-up fails, what the reflector has long seen is the answer: a dead watch must not
 * block every pod of the cluster. Of an object that it has not seen, or only just now, too little
 * is known, and the failure is the answer.
 *
 * @param <K> tells objects apart
 * @param <P> what is kept of it
 */
public class ClusterObjects<K, P> implements ObjectSource<K, P> {
  private static final Logger log = LoggerFactory.getLogger(ClusterObjects.class);

  private final ObjectKind<K, P> kind;
  private final ObjectStore<K, P> store;
  private final ApiServer api;
  private final Reflector watch;
  private final LiveLookups<K, P> lookups;

  /**
   * Not started.
   *
   * @param clock compared with the time of creation of objects in the first list
   * @param nanoTime measures ages
   */
  public ClusterObjects(
      ObjectKind<K, P> kind,
      AccountSourceSettings.Cluster settings,
      Clock clock,
      LongSupplier nanoTime,
      PodCredentials pod) {
    this.kind = kind;
    this.store = new ObjectStore<>(kind, clock, nanoTime);
    this.api = new ApiServer(settings, pod, nanoTime);
    this.watch =
        new Reflector(
            kind.loop(),
            kind.collection(),
            kind.noun() + "s",
            api,
            store,
            new WatchReport(),
            nanoTime);
    this.lookups =
        new LiveLookups<>(
            kind, new ApiServerReader<>(api, kind), settings.lookupDeadline(), nanoTime);
  }

  /** Connects, for live look-ups alone: nothing is listed, and so nothing {@link #known}. */
  public final void connect() throws UnusableContentException {
    api.connect();
  }

  /** Connects and starts to list and watch, see {@link Reflector#start}. */
  public final void start(BooleanSupplier needed) throws UnusableContentException {
    watch.start(needed);
  }

  @Override
  public final ListAgain listAgain() {
    return watch.listAgain();
  }

  @Override
  public final boolean ready() {
    return watch.ready();
  }

  @Override
  public final Optional<RepeatedLook> looks() {
    return Optional.of(watch.looks());
  }

  @Override
  public final void close() {
    lookups.close();
    watch.close();
  }

  /** What is kept of the objects for which this holds, by {@code namespace/name} or name. */
  protected final SortedMap<String, P> all(Predicate<P> wanted) {
    return store.all(wanted);
  }

  @Override
  public final Optional<P> known(K key) {
    return store
        .known(key)
        .filter(known ->
            kind.settled(known.properties()) || !(known.justSeen() || watch.age().mayLackChanges()))
        .map(ObjectStore.Known::properties);
  }

  @Override
  public final CompletionStage<ObjectLookup<P>> lookUpLive(K key) {
    if (!kind.possible(key)) {
      return CompletableFuture.completedFuture(new ObjectLookup.NotFound<>());
    }
    return lookups.lookUp(key).thenApply(lookup -> orElseSeen(key, lookup));
  }

  @Override
  public final ObjectStatistics statistics() {
    return new ObjectStatistics(
        store.size(),
        store.annotated(),
        watch.age().age(),
        watch.ready() && !watch.age().mayLackChanges(),
        lookups.counts());
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

  /** Logs that changes are missed, and when that is over. */
  private final class WatchReport implements RepeatedLook.Report {
    @Override
    public void problem(String problem, @Nullable Throwable bug) {
      log.atWarn()
          .setCause(bug)
          .log(
              "{}; the webhook retries{}.",
              problem,
              ready() ? ", and until then looks up live those without a role" : "");
    }

    @Override
    public void recovered() {
      log.info("{}s are listed and watched again.", kind.noun());
    }
  }
}
