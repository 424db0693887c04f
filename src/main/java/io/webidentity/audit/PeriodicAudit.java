package io.webidentity.audit;

import io.fabric8.kubernetes.client.KubernetesClient;
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
import java.util.Map;
import java.util.Optional;
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

  private static final Logger LOG = LoggerFactory.getLogger(PeriodicAudit.class);

  private final AuditSettings settings;
  private final ApiObjects api;
  private final BooleanSupplier leads;
  private final Function<ClusterView, PodAudit> audits;
  private final Consumer<EventNotice> notices;
  private final Optional<Evictions> evictions;
  private final LongSupplier nanoTime;
  private final InstantSource clock;
  private final RepeatedLook looks;
  private final AutoCloseable leadership;
  private volatile Result result = Result.NONE;
  private Optional<Long> dueNanos = Optional.empty();

  PeriodicAudit(
      AuditSettings settings,
      ApiObjects api,
      BooleanSupplier leads,
      AutoCloseable leadership,
      Function<ClusterView, PodAudit> audits,
      Consumer<EventNotice> notices,
      LongSupplier nanoTime,
      InstantSource clock) {
    this.settings = settings;
    this.api = api;
    this.leads = leads;
    this.leadership = leadership;
    this.audits = audits;
    this.notices = notices;
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.evictions =
        settings.evictionsPerMinute() == 0
            ? Optional.empty()
            : Optional.of(new Evictions(api, settings.evictionsPerMinute(), nanoTime));
    this.looks = new RepeatedLook("audit", this::pause, this::look, PeriodicAudit::report);
  }

  /**
   * Looks at the pods of a cluster; not started.
   *
   * @param api reads pods, and evicts; is closed with this
   * @param client for the Lease; is closed with this
   * @param instance name of this replica
   * @param audits makes what looks at the pods of one audit
   * @param notices takes what Events tell, without waiting
   */
  public static PeriodicAudit inCluster(
      AuditSettings settings,
      ApiObjects api,
      KubernetesClient client,
      String instance,
      Function<ClusterView, PodAudit> audits,
      Consumer<EventNotice> notices) {
    Leadership leadership = new Leadership(client, settings, instance);
    return new PeriodicAudit(
        settings,
        api,
        leadership::held,
        leadership,
        audits,
        notices,
        System::nanoTime,
        InstantSource.system());
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
   * @param ended when; empty if it is another replica's turn, or there was none yet
   */
  public record Result(Map<Group, Long> pods, Optional<Instant> ended) {
    static final Result NONE = new Result(Map.of(), Optional.empty());

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
    if (!leads.getAsBoolean()) {
      result = Result.NONE;
      dueNanos = Optional.empty();
      evictions.ifPresent(Evictions::clear);
      return;
    }
    long now = nanoTime.getAsLong();
    if (dueNanos.map(due -> now - due >= 0).orElse(true)) {
      // Even if it fails: who cannot answer must not be asked all the time.
      dueNanos = Optional.of(now + shorter(settings.interval(), RETRY).toNanos());
      audit();
      dueNanos = Optional.of(now + settings.interval().toNanos());
    }
    if (evictions.isPresent()) {
      evictions.get().next().ifPresent(this::tellEvicted);
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void audit() throws UnusableContentException {
    PodAudit audit = audits.apply(new ClusterView(api));
    Map<Group, Long> pods = new HashMap<>();
    evictions.ifPresent(Evictions::clear);
    api.list(
        "/api/v1/pods?" + ClusterView.LIVING,
        pod -> audit.look(pod).ifPresent(found -> take(found, pods)));
    result = new Result(pods, Optional.of(clock.instant()));
    long differing = pods.values().stream().mapToLong(Long::longValue).sum();
    LOG.info(
        "audit: {} pods looked at, {} differ from today's decision, {} could not be decided",
        audit.pods(),
        differing,
        audit.undecided());
  }

  private void take(Difference found, Map<Group, Long> pods) {
    Group group = new Group(found.namespace(), found.owner().kind(), found.state().code());
    boolean room = pods.size() < MOST_GROUPS || pods.containsKey(group);
    pods.merge(room ? group : Group.OTHERS, 1L, Long::sum);
    evictions.ifPresent(all -> all.offer(found));
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

  /** Ends, and lets another replica have its turn. */
  @Override
  public void close() {
    looks.close();
    try {
      leadership.close();
    } catch (Exception e) {
      LOG.warn("the Lease {} could not be given up", settings.lease(), e);
    }
    api.close();
  }
}
