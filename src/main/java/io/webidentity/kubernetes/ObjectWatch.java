package io.webidentity.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.injection.Reason;
import io.webidentity.kubernetes.ObjectReadException.Retry;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a store in step with the objects of one kind in a cluster, by an informer over all of them.
 *
 * <p>A loop looks after the informer every second, and replaces a dead one and its client. After an
 * Error in a thread of the library, that may have lost an event, or may never ask again, and it
 * does not say so.
 *
 * @param <K> tells objects apart
 * @param <T> the object as fabric8 has it
 * @param <P> what is kept of it
 */
final class ObjectWatch<K, T extends HasMetadata, P> implements AutoCloseable {
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

  private static final Duration GUARD_INTERVAL = Duration.ofSeconds(1);

  /** Between two new informers: a list of a large cluster takes seconds, and memory. */
  private static final Duration RENEWAL_PAUSE = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(ObjectWatch.class);

  private final AccountSourceSettings.Cluster settings;
  private final PodCredentials pod;
  private final ObjectKind<K, T, P> kind;
  private final ObjectStore<K, P> store;
  private final WatchSignal signal;
  private final LongSupplier nanoTime;
  private final RepeatedLook guard;
  private volatile @Nullable OpenInformer<K, T, P> informer;
  private volatile boolean ready;
  private volatile boolean listing;
  private volatile @Nullable CompletableFuture<Void> list;
  private volatile boolean renewalDue;
  private volatile long renewedNanos;
  private volatile String lastReported = "";

  /**
   * Not started.
   *
   * @param nanoTime measures ages
   */
  ObjectWatch(
      ObjectKind<K, T, P> kind,
      ObjectStore<K, P> store,
      AccountSourceSettings.Cluster settings,
      LongSupplier nanoTime,
      PodCredentials pod) {
    this.kind = kind;
    this.store = store;
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.pod = pod;
    this.signal = new WatchSignal("/" + kind.resource(), plural(), nanoTime);
    this.guard = new RepeatedLook(kind.loop(), GUARD_INTERVAL, this::guard, new WatchReport());
  }

  /**
   * Connects and starts to list. Whether the API server can be reached shows later: it is tried
   * again for as long as it takes.
   */
  synchronized void start() throws UnusableContentException {
    list(open());
    guard.start();
  }

  private OpenInformer<K, T, P> open() throws UnusableContentException {
    return new OpenInformer<>(kind, store, settings, pod, signal, this::report);
  }

  /**
   * Lists everything again, with a new informer. Until that list is complete, what was known stays
   * known, and then what is no longer there goes.
   */
  synchronized Rereading reread() {
    if (informer == null || listing) {
      return Rereading.UNDER_WAY;
    }
    log.info("{} are listed again, as somebody asked for it.", plural());
    listing = true;
    renewalDue = true;
    guard.wake();
    return Rereading.STARTED;
  }

  /** Whether the first list is complete. */
  boolean ready() {
    return ready;
  }

  /** Time since anything was heard, see {@link WatchSignal#age}. */
  Optional<Duration> age() {
    return signal.age();
  }

  /** What looks after the informer. */
  RepeatedLook looks() {
    return guard;
  }

  @Override
  public void close() {
    guard.close();
    OpenInformer<K, T, P> open = forget();
    if (open != null) {
      open.close();
    }
  }

  private synchronized @Nullable OpenInformer<K, T, P> forget() {
    OpenInformer<K, T, P> open = informer;
    informer = null;
    return open;
  }

  private void list(OpenInformer<K, T, P> opened) {
    informer = opened;
    listing = true;
    renewalDue = true; // Until the list has begun, should that fail.
    list = null;
    CompletableFuture<Void> begun = opened.start();
    list = begun;
    renewalDue = false;
    renewedNanos = nanoTime.getAsLong();
    var _ = begun.thenRun(guard::wake);
  }

  private void guard() throws UnusableContentException {
    CompletableFuture<Void> begun = list;
    if (listing && begun != null && begun.isDone() && !begun.isCompletedExceptionally()) {
      listed();
    }
    signal.cutIfSilentFor(SILENCE_LIMIT);
    store.forgetOldChanges();
    renewIfNeeded();
    if (ready && silent()) {
      throw new UnusableContentException("changes may be missed");
    }
  }

  private void renewIfNeeded() throws UnusableContentException {
    OpenInformer<K, T, P> open = informer;
    Optional<Throwable> lost = open == null ? Optional.empty() : open.lost();
    boolean dead = lost.isPresent() || signal.idle().compareTo(SILENCE_LIMIT) > 0;
    boolean mayRenew = nanoTime.getAsLong() - renewedNanos >= RENEWAL_PAUSE.toNanos();
    if (renewalDue || (dead && mayRenew)) {
      renew();
      if (lost.isPresent()) {
        throw new IllegalStateException("a change may be lost: all is listed again", lost.get());
      }
    }
  }

  /** The old informer ends first: what the store has is never newer than the list. */
  private synchronized void renew() throws UnusableContentException {
    OpenInformer<K, T, P> old = informer;
    if (old == null) {
      return; // Closed meanwhile.
    }
    OpenInformer<K, T, P> renewed = open();
    try {
      old.stop();
      list(renewed);
    } finally {
      old.close(); // A look-up that it had under way is repeated with the new one.
    }
  }

  private String plural() {
    return kind.noun() + "s";
  }

  private synchronized void listed() {
    if (informer == null) {
      return; // Closed meanwhile.
    }
    listing = false;
    signal.listed(); // The event handler may be late.
    ready = true;
    lastReported = "";
    log.info("{} {} listed, {} with a role.", store.size(), plural(), store.annotated());
  }

  /** Logs a failure that is unlike the one before. */
  private void report(String problem) {
    if (informer != null && !problem.equals(lastReported)) {
      lastReported = problem;
      log.warn("{} cannot be listed or watched ({}); trying again.", plural(), problem);
    }
  }

  /** Whether changes may have been missed. */
  boolean silent() {
    return signal.unwatched().compareTo(RECONNECT_LIMIT) > 0
        || signal.age().filter(age -> age.compareTo(SILENCE_LIMIT) <= 0).isEmpty();
  }

  /** One object, now, see {@link ObjectReader#read}. */
  Optional<P> read(K key, Duration timeout) throws ObjectReadException {
    OpenInformer<K, T, P> open = informer;
    if (open == null) {
      throw new ObjectReadException(
          Reason.LOOKUP_FAILED, "The webhook is not connected to an API server.", Retry.SENSIBLE);
    }
    return open.read(key, timeout);
  }

  /** Says that changes are missed, and when that is over. */
  private final class WatchReport implements RepeatedLook.Report {
    @Override
    public void problem(String problem, @Nullable Throwable bug) {
      log.atWarn()
          .setCause(bug)
          .log(
              "The watch of {} is broken ({}): until it is back, those without a role are looked up"
                  + " live. Check the API server and the way to it.",
              plural(),
              problem);
    }

    @Override
    public void recovered() {
      log.info("The watch of {} is back.", plural());
    }
  }
}
