package io.webidentity.identity;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.webidentity.injection.AnnotationKeys;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the informer keeps of each ServiceAccount: its annotations that matter, its version, and
 * whether it was seen to change only just now. Everything else (labels, managed fields, secrets,
 * 3.7 KB of objects for an account) is dropped.
 *
 * <p>Written by the informer alone, one thread at a time; read by any thread.
 */
final class AccountStore implements ItemStore<ServiceAccount> {
  /**
   * How long an account without a role counts as just seen. A deployment tool creates accounts and
   * annotates them in a second request, typically within a second; the watch delivers that change
   * within another second or two, also under load. Ten seconds leave room for slow tools, and cost
   * at most one look-up for each pod of an account that is that young.
   */
  static final Duration JUST_NOW = Duration.ofSeconds(10);

  private static final int LONG_AGO = Integer.MIN_VALUE / 2;

  private final AnnotationKeys keys;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();
  private volatile boolean firstListDone;
  private final AtomicInteger annotated = new AtomicInteger();

  /**
   * An empty store.
   *
   * @param clock compared with the time of creation of accounts in the first list
   * @param nanoTime measures how long ago a change was seen
   */
  AccountStore(AnnotationKeys keys, Clock clock, LongSupplier nanoTime) {
    this.keys = keys;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
  }

  /** What is known of the account. */
  Optional<Known> known(AccountKey account) {
    Entry entry = entries.get(account.toString());
    return entry == null
        ? Optional.empty()
        : Optional.of(
            new Known(entry.annotations, secondsNow() - entry.seenSeconds <= JUST_NOW.toSeconds()));
  }

  /** From now on, an account that was not there before is a new one. */
  void firstListDone() {
    firstListDone = true;
  }

  /** How many of the accounts ask for a role. */
  int annotated() {
    return annotated.get();
  }

  @Override
  public String getKey(ServiceAccount account) {
    return account instanceof Stored stored ? stored.key : keyOf(account.getMetadata());
  }

  @Override
  public @Nullable ServiceAccount put(String key, ServiceAccount account) {
    ObjectMeta metadata = account.getMetadata();
    long version = version(metadata.getResourceVersion());
    Entry before = entries.get(key);
    if (before != null && before.version == version) {
      return new Stored(key, before); // Only listed again.
    }
    Entry entry = new Entry(version, seen(before, metadata), annotationsOf(metadata));
    entries.put(key, entry);
    count(before, entry);
    return before == null ? null : new Stored(key, before);
  }

  @Override
  public @Nullable ServiceAccount remove(String key) {
    Entry before = entries.remove(key);
    count(before, null);
    return before == null ? null : new Stored(key, before);
  }

  @Override
  public Stream<String> keySet() {
    return entries.keySet().stream();
  }

  @Override
  public Stream<ServiceAccount> values() {
    return entries.entrySet().stream().map(e -> new Stored(e.getKey(), e.getValue()));
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public @Nullable ServiceAccount get(String key) {
    Entry entry = entries.get(key);
    return entry == null ? null : new Stored(key, entry);
  }

  /** False, or fabric8 would queue an event for every account until the first list is complete. */
  @Override
  public boolean isFullState() {
    return false;
  }

  /** The key of {@link #known}: a namespace and a name, as {@link AccountKey#toString} has them. */
  private static String keyOf(ObjectMeta metadata) {
    return metadata.getNamespace() + "/" + metadata.getName();
  }

  /** The few values that most accounts share are kept once; roles are too many to intern. */
  private IdentityAnnotations annotationsOf(ObjectMeta metadata) {
    Map<String, String> annotations = metadata.getAnnotations();
    if (annotations == null || annotations.isEmpty()) {
      return IdentityAnnotations.NONE;
    }
    IdentityAnnotations read = IdentityAnnotations.of(annotations, keys);
    return read.equals(IdentityAnnotations.NONE)
        ? IdentityAnnotations.NONE
        : new IdentityAnnotations(
            read.roleArn(),
            intern(read.audience()),
            intern(read.tokenExpiration()),
            intern(read.stsRegionalEndpoints()),
            intern(read.session()));
  }

  private static SessionAnnotations intern(SessionAnnotations read) {
    return read.equals(SessionAnnotations.NONE)
        ? SessionAnnotations.NONE
        : new SessionAnnotations(
            intern(read.region()),
            intern(read.roleSessionName()),
            intern(read.stsEndpointUrl()),
            intern(read.endpointUrl()));
  }

  private static @Nullable String intern(@Nullable String value) {
    return value == null ? null : value.intern();
  }

  private int seen(@Nullable Entry before, ObjectMeta metadata) {
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

  private void count(@Nullable Entry before, @Nullable Entry after) {
    int was = before != null && before.annotations.hasRole() ? 1 : 0;
    int is = after != null && after.annotations.hasRole() ? 1 : 0;
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
   * What is known of one account.
   *
   * @param justSeen whether it was seen to appear or change within {@link #JUST_NOW}
   */
  record Known(IdentityAnnotations annotations, boolean justSeen) {}

  /** 24 to 32 bytes an account. */
  private static final class Entry {
    final long version;
    final int seenSeconds;
    final IdentityAnnotations annotations;

    Entry(long version, int seenSeconds, IdentityAnnotations annotations) {
      this.version = version;
      this.seenSeconds = seenSeconds;
      this.annotations = annotations;
    }
  }

  /** An entry in the shape that the informer wants; its metadata is made when asked for. */
  private static final class Stored extends ServiceAccount {
    private static final long serialVersionUID = 1L;
    private final transient String key;
    private final transient Entry entry;

    Stored(String key, Entry entry) {
      this.key = key;
      this.entry = entry;
    }

    @Override
    public ObjectMeta getMetadata() {
      int slash = key.indexOf('/');
      return new ObjectMetaBuilder()
          .withNamespace(key.substring(0, slash))
          .withName(key.substring(slash + 1))
          .withResourceVersion(Long.toString(entry.version))
          .build();
    }
  }
}
