package io.webidentity.audit;

import io.webidentity.config.AuditSettings;
import io.webidentity.event.EventNotice;
import io.webidentity.event.EventSubject;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit that the server makes at intervals, in one replica at a time. It shows by metrics and
 * Events which pods have something else than they would get today, and evicts some of them where it
 * is asked to.
 */
public final class PeriodicAudit implements AutoCloseable {
  /** Series of one metric; pods beyond count in one series of all other groups. */
  static final int MOST_GROUPS = 500;

  private static final Duration TICK = Duration.ofSeconds(10);

  /** After an audit that failed. */
  private static final Duration RETRY = Duration.ofMinutes(1);

  /** Bytes, as names that are possible are ASCII; Events have room for 1,024. */
  private static final int MOST_OF_NOTE = 1_000;

  private static final int MOST_SENTENCES = 5;

  /** For an answer about the Lease. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(PeriodicAudit.class);

  private final AuditSettings settings;
  private final ApiObjects api;
  private final AuditLease lease;
  private final BooleanSupplier ready;
  private final Function<ClusterView, PodAudit> audits;
  private final Consumer<EventNotice> notices;
  private final Optional<Evictions> evictions;
  private final LongSupplier nanoTime;
  private final InstantSource clock;
  private final RepeatedLook looks;
  private volatile Result result = Result.NONE;
  private Optional<Long> dueNanos = Optional.empty();

  PeriodicAudit(
      AuditSettings settings,
      ApiObjects api,
      AuditLease lease,
      BooleanSupplier ready,
      Function<ClusterView, PodAudit> audits,
      Consumer<EventNotice> notices,
      LongSupplier nanoTime,
      InstantSource clock) {
    this.settings = settings;
    this.api = api;
    this.lease = lease;
    this.ready = ready;
    this.audits = audits;
    this.notices = notices;
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.evictions =
        settings.evictionsPerMinute() == 0
            ? Optional.empty()
            : Optional.of(
                new Evictions(api, this::lookAgain, settings.evictionsPerMinute(), nanoTime));
    this.looks = new RepeatedLook("audit", this::pause, this::look, PeriodicAudit::report);
  }

  /**
   * Looks at the pods of a cluster; not started.
   *
   * @param api reads pods, evicts, and holds the Lease; is closed with this
   * @param instance name of this replica
   * @param ready whether what decides about pods is known
   * @param audits makes what looks at the pods of one audit
   * @param notices takes what Events tell, without waiting
   */
  public static PeriodicAudit inCluster(
      AuditSettings settings,
      ApiObjects api,
      String instance,
      BooleanSupplier ready,
      Function<ClusterView, PodAudit> audits,
      Consumer<EventNotice> notices) {
    InstantSource clock = InstantSource.system();
    // A pod that is started again has the same name, and must not take itself for its predecessor.
    String holder = instance + "_" + UUID.randomUUID();
    return new PeriodicAudit(
        settings,
        api,
        new AuditLease(api.within(PATIENCE), settings, holder, System::nanoTime, clock),
        ready,
        audits,
        notices,
        System::nanoTime,
        clock);
  }

  /**
   * Pods that differ alike.
   *
   * @param kind of the object that they belong to
   * @param state code of a {@link PodState}
   */
  public record Group(String namespace, String kind, String state) {
    /** All for which there is no room. No Namespace and no kind has such a name. */
    static final Group OTHERS = new Group("*", "*", "*");
  }

  /**
   * What the last audit of this replica found.
   *
   * @param pods how many of each group
   * @param undecided about how many pods nothing could be decided
   * @param ended when; empty if it is another replica's turn, or there was none yet
   */
  public record Result(Map<Group, Long> pods, long undecided, Optional<Instant> ended) {
    static final Result NONE = new Result(Map.of(), 0, Optional.empty());

    public Result {
      pods = Map.copyOf(pods);
    }
  }

  /** Begins. */
  public void start() {
    looks.start();
  }

  /** The loop. */
  public RepeatedLook looks() {
    return looks;
  }

  /** What the last audit found. */
  public Result result() {
    return result;
  }

  /** How many evictions ended so. */
  public long evictions(EvictionResult ended) {
    return evictions.map(all -> all.count(ended)).orElse(0L);
  }

  private Duration pause() {
    return evictions
        .filter(Evictions::waiting)
        .map(Evictions::spacing)
        .filter(spacing -> spacing.compareTo(TICK) < 0)
        .orElse(TICK);
  }

  void look() throws UnusableContentException {
    if (!ready.getAsBoolean() || !lease.take()) {
      stand();
      return;
    }
    long now = nanoTime.getAsLong();
    if (dueNanos.map(due -> now - due >= 0).orElse(true)) {
      // Even if it fails: who cannot answer must not be asked all the time.
      dueNanos = Optional.of(now + shorter(settings.interval(), RETRY).toNanos());
      audit();
      dueNanos = Optional.of(now + settings.interval().toNanos());
    }
    if (evictions.isPresent() && lease.held()) {
      evictions.get().next().ifPresent(this::tellEvicted);
    }
  }

  /** It is another replica's turn. */
  private void stand() {
    result = Result.NONE;
    dueNanos = Optional.empty();
    evictions.ifPresent(Evictions::clear);
  }

  private void lookAgain(String namespace, Consumer<Difference> differing)
      throws UnusableContentException {
    ClusterView view = new ClusterView(api);
    PodAudit audit = audits.apply(view);
    view.livingPods(
        "/api/v1/namespaces/%s/pods".formatted(namespace),
        page -> page.forEach(pod -> audit.look(pod).ifPresent(differing)));
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void audit() throws UnusableContentException {
    evictions.ifPresent(Evictions::clear);
    ClusterView view = new ClusterView(api);
    PodAudit audit = audits.apply(view);
    Found found = new Found(new HashMap<>(), new HashSet<>());
    try {
      view.livingPods(
          "/api/v1/pods",
          page -> {
            if (!lease.take()) {
              throw new UnusableContentException("Another replica took over during the audit.");
            }
            page.forEach(pod -> audit.look(pod).ifPresent(difference -> take(difference, found)));
          });
    } catch (UnusableContentException e) {
      // Half an audit: what it found of a workload may not be all.
      evictions.ifPresent(Evictions::clear);
      throw e;
    }
    result = new Result(found.pods(), audit.undecided(), Optional.of(clock.instant()));
    long differing = found.pods().values().stream().mapToLong(Long::longValue).sum();
    LOG.info(
        "audit: {} pods looked at, {} differ from today's decision, {} could not be decided",
        audit.pods(),
        differing,
        audit.undecided());
    found.unreadable().forEach(sentence -> LOG.warn("audit: {}", sentence));
  }

  /**
   * What an audit has found so far.
   *
   * @param unreadable why causes could not be told, a few
   */
  private record Found(Map<Group, Long> pods, Set<String> unreadable) {}

  private void take(Difference found, Found all) {
    Map<Group, Long> pods = all.pods();
    Group group = new Group(found.namespace(), found.owner().kind(), found.state().code());
    boolean room = pods.size() < MOST_GROUPS || pods.containsKey(group);
    pods.merge(room ? group : Group.OTHERS, 1L, Long::sum);
    evictions.ifPresent(some -> some.offer(found));
    if (all.unreadable().size() < MOST_SENTENCES) {
      found.causes().stream()
          .filter(cause -> cause.code() == Cause.Code.NOT_READABLE)
          .forEach(cause -> all.unreadable().add(cause.sentence()));
    }
    tell(
        found,
        EventNotice.Type.WARNING,
        "CredentialsDiffer",
        "A pod of %s %s. Cause: %s. To see all such pods: webhook audit -n %s"
            .formatted(
                found.owner().title(),
                found.state().words(),
                found.cause().code().code(),
                found.namespace()));
  }

  private void tellEvicted(Difference pod) {
    tell(
        pod,
        EventNotice.Type.NORMAL,
        "EvictedForCredentials",
        "The webhook evicted a pod, as it %s.".formatted(pod.state().words()));
  }

  /** Equal notes are one Event, which counts the pods: no name of a pod is in them. */
  private void tell(Difference pod, EventNotice.Type type, String reason, String note) {
    Owner owner = pod.owner();
    EventSubject subject =
        new EventSubject(
            owner.apiVersion(),
            owner.kind(),
            pod.namespace(),
            owner.name(),
            Optional.of(owner.uid()));
    if (subject.possible()) {
      notices.accept(
          new EventNotice(
              subject, type, reason, note.substring(0, Math.min(note.length(), MOST_OF_NOTE))));
    }
  }

  private static void report(String problem, @Nullable Throwable bug) {
    LOG.warn("running pods are not compared with what they should have: {}", problem, bug);
  }

  /** Ends, and lets another replica have its turn; that takes some seconds at most. */
  @Override
  public void close() {
    looks.close();
    try {
      lease.release();
    } catch (UnusableContentException e) {
      LOG.warn("the Lease {} is not given up: {}", settings.lease(), e.getMessage());
    }
    api.close();
  }
}
