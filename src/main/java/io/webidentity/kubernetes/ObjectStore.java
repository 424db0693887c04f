package io.webidentity.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMeta;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lists and watches have told of each object: the properties that matter, and whether it was
 * seen to change only just now. Most objects have no such properties: of those, a {@link NameSet}
 * keeps that they exist, in some ten bytes each. Everything else (managed fields, secrets, 3.7 KB
 * of objects for a ServiceAccount) is dropped.
 *
 * <p>Written by one thread at a time; read by any thread. Who reads while an object changes sees it
 * as it was before, as it is now, or not at all.
 *
 * @param <K> tells objects apart
 * @param <P> what is kept of an object
 */
final class ObjectStore<K, P> implements ObjectSink {
  /**
   * How long an object without a role counts as just seen. A deployment tool creates accounts and
   * annotates them in a second request, typically within a second; the watch delivers that change
   * within another second or two, also under load. Ten seconds leave room for slow tools, and cost
   * at most one look-up for each pod of an account that is that young.
   */
  static final Duration JUST_NOW = Duration.ofSeconds(10);

  /**
   * Of an object, characters. One with more is as if it had not been seen: whoever may annotate
   * could fill the heap with a few hundred. A role has 2,048 at most, what grants roles to a
   * Namespace's pods a few thousand.
   */
  static final int MOST_KEPT = 16 * 1024;

  private static final Logger log = LoggerFactory.getLogger(ObjectStore.class);

  private final ObjectKind<K, P> kind;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final KeyedHash hash = KeyedHash.random();

  /** Objects that have properties. */
  private final ConcurrentMap<String, P> entries = new ConcurrentHashMap<>();

  /** Objects that have none. */
  private final NameSet plain = new NameSet(hash);

  /** When objects were seen to appear or change, of those for which that was just now. */
  private final ConcurrentMap<String, Long> seenNanos = new ConcurrentHashMap<>();

  private final AtomicInteger annotated = new AtomicInteger();
  private boolean firstListDone;

  /** What a list has shown so far that began when there were objects already. */
  private @Nullable NameSet listed;

  /** The highest version of an object so far, and that when the list began. */
  private long newest = -1;

  private long newestBeforeList = -1;

  /**
   * An empty store.
   *
   * @param clock compared with the time of creation of objects in the first list
   * @param nanoTime measures how long ago a change was seen
   */
  ObjectStore(ObjectKind<K, P> kind, Clock clock, LongSupplier nanoTime) {
    this.kind = kind;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** What is known of the object. */
  Optional<Known<P>> known(K object) {
    String key = object.toString();
    P properties = entries.get(key);
    if (properties == null) {
      if (!plain.contains(key)) {
        return Optional.empty();
      }
      properties = kind.nothing();
    }
    return Optional.of(new Known<>(properties, isJustSeen(key)));
  }

  /**
   * What is kept of each object for which this holds, by its key; of those that have properties.
   */
  SortedMap<String, P> all(Predicate<P> wanted) {
    SortedMap<String, P> all = new TreeMap<>();
    entries.forEach((key, properties) -> {
      if (wanted.test(properties)) {
        all.put(key, properties);
      }
    });
    return all;
  }

  /** How many objects there are. */
  int size() {
    return entries.size() + plain.size();
  }

  /** How many of the objects ask for a role. */
  int annotated() {
    return annotated.get();
  }

  /**
   * A list begins; one that began before and did not end is forgotten, but not what it has shown.
   */
  @Override
  public void listBegins() {
    listed = size() == 0 ? null : new NameSet(hash);
    newestBeforeList = newest;
  }

  /** The list shows this object. */
  @Override
  public void listed(ApiObject object) {
    String key = object.key();
    if (isFresh(key, object.metadata())) {
      seenNanos.put(key, nanoTime.getAsLong());
    }
    store(key, object);
    if (listed != null) {
      listed.add(key);
    }
  }

  /** The list is complete: what it has not shown is no longer there. */
  @Override
  public void listEnds() {
    NameSet shown = listed;
    if (shown != null) {
      for (String key : entries.keySet()) {
        if (!shown.contains(key)) {
          removed(key);
        }
      }
      plain.retainAll(shown);
    }
    listed = null;
    firstListDone = true;
    log.info("{} {}s listed, {} with a role.", size(), kind.noun(), annotated());
  }

  /** The watch shows that this object has appeared or changed. */
  @Override
  public void changed(ApiObject object) {
    String key = object.key();
    seenNanos.put(key, nanoTime.getAsLong());
    store(key, object);
  }

  /** The object is no longer there. */
  @Override
  public void removed(String key) {
    count(entries.remove(key), null);
    plain.remove(key);
    seenNanos.remove(key);
  }

  /** Forgets times of changes that were not just now. */
  @Override
  public void check() {
    long now = nanoTime.getAsLong();
    seenNanos.values().removeIf(seen -> !isJustNow(seen, now));
  }

  /** Puts it where it belongs now before it goes from where it was: it is never missing. */
  private void store(String key, ApiObject object) {
    newest = Math.max(newest, version(object.metadata()));
    P properties = kind.properties(object);
    if (properties.equals(kind.nothing())) {
      plain.add(key);
      count(entries.remove(key), null);
    } else if (kind.characters(properties) > MOST_KEPT) {
      removed(key);
    } else {
      count(entries.put(key, properties), properties);
      plain.remove(key);
    }
  }

  /** Whether an object of a list may have changed just now. */
  private boolean isFresh(String key, ObjectMeta metadata) {
    if (entries.containsKey(key) || plain.contains(key)) {
      long version = version(metadata);
      return version < 0 || version > newestBeforeList;
    }
    return firstListDone || createdJustNow(metadata);
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

  private boolean isJustSeen(String key) {
    Long seen = seenNanos.get(key);
    return seen != null && isJustNow(seen, nanoTime.getAsLong());
  }

  private static boolean isJustNow(long seen, long now) {
    return now - seen <= JUST_NOW.toNanos();
  }

  private void count(@Nullable P before, @Nullable P after) {
    int was = before != null && kind.hasRole(before) ? 1 : 0;
    int is = after != null && kind.hasRole(after) ? 1 : 0;
    annotated.addAndGet(is - was);
  }

  /**
   * The version of an object, which grows with each change of any object of its kind. <a
   * href="https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions">Versions
   * are decimal numbers</a>; of any other text, -1: nobody can tell whether it is new.
   */
  private static long version(ObjectMeta metadata) {
    try {
      return Long.parseLong(String.valueOf(metadata.getResourceVersion()));
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /**
   * What is known of one object.
   *
   * @param justSeen whether it was seen to appear or change within {@link #JUST_NOW}
   */
  record Known<P>(P properties, boolean justSeen) {}
}
