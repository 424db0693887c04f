package io.webidentity.account;

import io.webidentity.config.AccountSourceSettings;
import io.webidentity.kubernetes.ListAgain;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.manifest.ManifestText;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ServiceAccounts of manifest files, for use without a cluster; watched.
 *
 * <p>The whole content is read at every poll: file events miss the way Kubernetes swaps mounted
 * folders, and times of modification miss quick changes. New content is taken once two polls have
 * read the same, so that a file is not taken half written, or a folder half swapped. Content with
 * an error changes nothing and is logged once; what was known stays.
 */
public final class ManifestServiceAccounts implements ServiceAccounts {
  /** Time between two polls: a person who saved a file waits no longer than two of them. */
  public static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(ManifestServiceAccounts.class);

  private final ServiceAccountManifests manifests;
  private final Path path;
  private final RepeatedLook looks;
  private final LongSupplier nanoTime;
  private final LongAdder found = new LongAdder();
  private final LongAdder notFound = new LongAdder();
  private volatile @Nullable Reading current;
  private volatile long lastReadNanos;

  /** Hash of the content of the look before; empty if that could not be read. */
  private String before = "";

  /** Polls at {@link #POLL_INTERVAL}. */
  public ManifestServiceAccounts(
      AccountSourceSettings.Manifests settings, ServiceAccountManifests manifests) {
    this(settings.path(), manifests, POLL_INTERVAL, System::nanoTime);
  }

  public ManifestServiceAccounts(
      Path path, ServiceAccountManifests manifests, Duration pollInterval, LongSupplier nanoTime) {
    this.path = path;
    this.manifests = manifests;
    this.nanoTime = nanoTime;
    this.looks = new RepeatedLook(ServiceAccounts.LOOP, pollInterval, this::look, this::report);
  }

  /** Reads everything once, then polls on a thread of its own. */
  @Override
  public void start() throws UnusableContentException {
    List<ManifestText> loaded = ServiceAccountManifests.load(path);
    take(Reading.of(hash(loaded), manifests.parse(loaded)));
    looks.start();
  }

  @Override
  public boolean ready() {
    return current != null;
  }

  @Override
  public Optional<IdentityAnnotations> known(AccountKey account) {
    Reading reading = current;
    return reading == null
        ? Optional.empty()
        : Optional.ofNullable(reading.accounts().get(account));
  }

  /** What was read last: there is nowhere else to ask. */
  @Override
  public CompletionStage<ObjectLookup<IdentityAnnotations>> lookUpLive(AccountKey account) {
    if (!ready()) {
      return CompletableFuture.completedFuture(
          new ObjectLookup.Failed<>(
              LookupResult.FAILED, "The ServiceAccount manifests have not been read yet."));
    }
    Optional<IdentityAnnotations> annotations = known(account);
    annotations.ifPresentOrElse(a -> found.increment(), notFound::increment);
    return CompletableFuture.completedFuture(
        annotations
            .<ObjectLookup<IdentityAnnotations>>map(ObjectLookup.Found::new)
            .orElseGet(ObjectLookup.NotFound::new));
  }

  @Override
  public SortedMap<String, IdentityAnnotations> annotated() {
    SortedMap<String, IdentityAnnotations> annotated = new TreeMap<>();
    Reading reading = current;
    if (reading != null) {
      reading
          .accounts()
          .forEach((account, annotations) -> {
            if (!annotations.equals(IdentityAnnotations.NONE)) {
              annotated.put(account.toString(), annotations);
            }
          });
    }
    return annotated;
  }

  /** Every poll reads everything. */
  @Override
  public ListAgain listAgain() {
    return ListAgain.NOT_NEEDED;
  }

  /** The age is that of the last reading without an error. */
  @Override
  public ObjectStatistics statistics() {
    Map<LookupResult, Long> lookups = new EnumMap<>(LookupResult.class);
    for (LookupResult result : LookupResult.values()) {
      lookups.put(result, 0L);
    }
    lookups.put(LookupResult.FOUND, found.sum());
    lookups.put(LookupResult.NOT_FOUND, notFound.sum());
    Reading reading = current;
    if (reading == null) {
      return new ObjectStatistics(0, 0, Optional.empty(), false, lookups);
    }
    Duration age = Duration.ofNanos(nanoTime.getAsLong() - lastReadNanos);
    return new ObjectStatistics(
        reading.accounts().size(),
        reading.annotated(),
        Optional.of(age),
        !looks.failing(),
        lookups);
  }

  @Override
  public Optional<RepeatedLook> looks() {
    return Optional.of(looks);
  }

  @Override
  public void close() {
    looks.close();
  }

  private void look() throws UnusableContentException {
    String previous = before;
    before = "";
    List<ManifestText> loaded = ServiceAccountManifests.load(path);
    before = hash(loaded);
    Reading reading = current;
    if (reading != null && before.equals(reading.hash())) {
      lastReadNanos = nanoTime.getAsLong();
    } else if (before.equals(previous)) {
      take(Reading.of(before, manifests.parse(loaded)));
    }
  }

  private void report(String problem, @Nullable Throwable bug) {
    log.atWarn()
        .setCause(bug)
        .log(
            "{} What was read before stays in use.",
            bug == null ? problem : "%s cannot be read (%s).".formatted(path, bug));
  }

  private void take(Reading reading) {
    current = reading;
    lastReadNanos = nanoTime.getAsLong();
    log.info(
        "{} ServiceAccounts read from {}. {}",
        reading.accounts().size(),
        path,
        AccountKey.namedAsRead(reading.accounts().keySet()));
  }

  private static String hash(List<ManifestText> manifests) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (ManifestText manifest : manifests) {
        String content = manifest.source() + '\0' + manifest.text() + '\0';
        digest.update(content.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /**
   * One complete reading.
   *
   * @param hash of the content it was made of
   * @param annotated how many of the accounts ask for a role
   */
  private record Reading(
      String hash, Map<AccountKey, IdentityAnnotations> accounts, int annotated) {
    static Reading of(String hash, Map<AccountKey, IdentityAnnotations> accounts) {
      long annotated = accounts.values().stream().filter(IdentityAnnotations::hasRole).count();
      return new Reading(hash, accounts, (int) annotated);
    }
  }
}
