package io.webidentity.audit;

import io.webidentity.audit.AuditFindings.Result;
import io.webidentity.config.AuditSettings;
import io.webidentity.event.EventNotice;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
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
  private static final Duration TICK = Duration.ofSeconds(10);

  /** After an audit that failed. */
  private static final Duration RETRY = Duration.ofMinutes(1);

  /** For an answer about the Lease. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(PeriodicAudit.class);

  private final AuditSettings settings;
  private final ApiObjects api;
  private final AuditLease lease;
  private final BooleanSupplier ready;
  private final Function<ClusterView, PodAudit> audits;
  private final AuditEvents events;
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
    this.events = new AuditEvents(notices);
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
      evictions.get().next().ifPresent(events::evicted);
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
    AuditFindings found = new AuditFindings();
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
    result = found.result(audit.undecided(), clock.instant());
    LOG.info(
        "audit: {} pods looked at, {} differ from today's decision, {} could not be decided",
        audit.pods(),
        found.differing(),
        audit.undecided());
    found.unreadable().forEach(sentence -> LOG.warn("audit: {}", sentence));
  }

  private void take(Difference difference, AuditFindings found) {
    found.add(difference);
    evictions.ifPresent(some -> some.offer(difference));
    events.differs(difference);
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
