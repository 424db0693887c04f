package io.webidentity.identity;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an informer keeps of each object: the properties that matter, its version, and whether it
 * was seen to change only just now. Everything else (managed fields, secrets, 3.7 KB of objects for
 * a ServiceAccount) is dropped.
 *
 * <p>Written by the informer alone, one thread at a time; read by any thread.
 *
 * @param <K> tells objects apart
 * @param <T> the object as fabric8 has it
 * @param <P> what is kept of it
 */
final class ObjectStore<K, T extends HasMetadata, P> implements ItemStore<T> {
  /**
   * How long an object without a role counts as just seen. A deployment tool creates accounts and
   * annotates them in a second request, typically within a second; the watch delivers that change
   * within another second or two, also under load. Ten seconds leave room for slow tools, and cost
   * at most one look-up for each pod of an account that is that young.
   */
  static final Duration JUST_NOW = Duration.ofSeconds(10);

  private static final int LONG_AGO = Integer.MIN_VALUE / 2;

  private final ObjectKind<K, T, P> kind;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private final ConcurrentMap<String, Entry<P>> entries = new ConcurrentHashMap<>();
  private volatile boolean firstListDone;
  private volatile boolean rereading;
  private final AtomicInteger annotated = new AtomicInteger();

  /**
   * An empty store.
   *
   * @param clock compared with the time of creation of objects in the first list
   * @param nanoTime measures how long ago a change was seen
   */
  ObjectStore(ObjectKind<K, T, P> kind, Clock clock, LongSupplier nanoTime) {
    this.kind = kind;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
  }

  /** What is known of the object. */
  Optional<Known<P>> known(K object) {
    Entry<P> entry = entries.get(object.toString());
    return entry == null
        ? Optional.empty()
        : Optional.of(
            new Known<>(
                entry.properties, secondsNow() - entry.seenSeconds <= JUST_NOW.toSeconds()));
  }

  /** Until the next list is done, what is listed counts even where its version is known. */
  void reread() {
    rereading = true;
  }

  /** From now on, an object that was not there before is a new one. */
  void listDone() {
    firstListDone = true;
    rereading = false;
  }

  /** What is kept of each object for which this holds, by its key. */
  SortedMap<String, P> all(Predicate<P> wanted) {
    SortedMap<String, P> all = new TreeMap<>();
    entries.forEach((key, entry) -> {
      if (wanted.test(entry.properties)) {
        all.put(key, entry.properties);
      }
    });
    return all;
  }

  /** How many of the objects ask for a role. */
  int annotated() {
    return annotated.get();
  }

  @Override
  public String getKey(T object) {
    ObjectMeta metadata = object.getMetadata();
    String namespace = metadata.getNamespace();
    return namespace == null ? metadata.getName() : namespace + "/" + metadata.getName();
  }

  @Override
  public @Nullable T put(String key, T object) {
    ObjectMeta metadata = object.getMetadata();
    long version = version(metadata.getResourceVersion());
    Entry<P> before = entries.get(key);
    int seen;
    if (before == null || before.version != version) {
      seen = seen(before, metadata);
    } else if (rereading) {
      seen = before.seenSeconds;
    } else {
      return stored(key, before); // Only listed again.
    }
    Entry<P> entry = new Entry<>(version, seen, kind.properties(metadata));
    entries.put(key, entry);
    count(before, entry);
    return before == null ? null : stored(key, before);
  }

  @Override
  public @Nullable T remove(String key) {
    Entry<P> before = entries.remove(key);
    count(before, null);
    return before == null ? null : stored(key, before);
  }

  @Override
  public Stream<String> keySet() {
    return entries.keySet().stream();
  }

  @Override
  public Stream<T> values() {
    return entries.entrySet().stream().map(e -> stored(e.getKey(), e.getValue()));
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public @Nullable T get(String key) {
    Entry<P> entry = entries.get(key);
    return entry == null ? null : stored(key, entry);
  }

  /** False, or fabric8 would queue an event for every object until the first list is complete. */
  @Override
  public boolean isFullState() {
    return false;
  }

  /** An entry in the shape that the informer wants; its metadata is made when asked for. */
  private T stored(String key, Entry<P> entry) {
    return kind.of(() -> metadata(key, entry.version));
  }

  /** The inverse of {@link #getKey}. */
  private static ObjectMeta metadata(String key, long version) {
    int slash = key.indexOf('/');
    ObjectMetaBuilder metadata =
        new ObjectMetaBuilder()
            .withName(key.substring(slash + 1))
            .withResourceVersion(Long.toString(version));
    return (slash < 0 ? metadata : metadata.withNamespace(key.substring(0, slash))).build();
  }

  private int seen(@Nullable Entry<P> before, ObjectMeta metadata) {
    boolean fresh = before != null || firstListDone || createdJustNow(metadata);
    return fresh ? secondsNow() : LONG_AGO;
  }

  /** A time in the future counts as just now: clocks of machines differ. */
  private boolean createdJustNow(ObjectMeta metadata) {
    String timestamp = metadata.getCreationTimestamp();
    if (timestamp == null) {
      return true;
    }
    try {
      Duration age = Duration.between(Instant.parse(timestamp), clock.instant());
      return age.compareTo(JUST_NOW) <= 0;
    } catch (DateTimeException e) {
      return true; // Unknown: better one look-up too many.
    }
  }

  private int secondsNow() {
    return (int) Duration.ofNanos(nanoTime.getAsLong() - startNanos).toSeconds();
  }

  private void count(@Nullable Entry<P> before, @Nullable Entry<P> after) {
    int was = before != null && kind.hasRole(before.properties) ? 1 : 0;
    int is = after != null && kind.hasRole(after.properties) ? 1 : 0;
    annotated.addAndGet(is - was);
  }

  /**
   * The version as a number, which is half as large as its text. Versions are decimal numbers, but
   * officially any text: others are told apart by their hash.
   */
  private static long version(@Nullable String resourceVersion) {
    try {
      return Long.parseLong(String.valueOf(resourceVersion));
    } catch (NumberFormatException e) {
      return String.valueOf(resourceVersion).hashCode();
    }
  }

  /**
   * What is known of one object.
   *
   * @param justSeen whether it was seen to appear or change within {@link #JUST_NOW}
   */
  record Known<P>(P properties, boolean justSeen) {}

  /** 24 to 32 bytes an object. */
  private static final class Entry<P> {
    final long version;
    final int seenSeconds;
    final P properties;

    Entry(long version, int seenSeconds, P properties) {
      this.version = version;
      this.seenSeconds = seenSeconds;
      this.properties = properties;
    }
  }
}
