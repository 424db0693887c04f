package io.webidentity.server;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.webidentity.account.Namespaces;
import io.webidentity.account.ServiceAccounts;
import io.webidentity.audit.EvictionResult;
import io.webidentity.audit.PeriodicAudit;
import io.webidentity.certificate.CertificateSource;
import io.webidentity.event.EventCounts;
import io.webidentity.event.EventResult;
import io.webidentity.kubernetes.ApiRequests;
import io.webidentity.kubernetes.ObjectStatistics;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.observability.MetricNames;
import io.webidentity.observability.ProcessMetrics;
import io.webidentity.shadow.ComparisonResult;
import io.webidentity.shadow.ShadowMode;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.WatchedSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * Metrics of what the server knows at the moment of a scrape: accounts, Namespaces, certificate,
 * Events, build.
 */
final class StateMetrics {
  private static final double MILLIS_PER_SECOND = 1_000;

  /** Registers every series. */
  StateMetrics(
      MeterRegistry registry,
      ServiceAccounts accounts,
      Namespaces namespaces,
      List<WatchedSource> watched,
      CertificateSource certificates,
      EventCounts events,
      Version version) {
    addAccounts(registry, accounts);
    addNamespaces(registry, namespaces);
    watched.forEach(source -> addWatched(registry, source));
    addCertificate(registry, certificates);
    addEvents(registry, events);
    ProcessMetrics.register(registry);
    Gauge.builder(MetricNames.BUILD_INFO, () -> 1)
        .description("Which build this is")
        .tag(MetricNames.VERSION, version.version())
        .tag(MetricNames.REVISION, version.commit())
        .tag(MetricNames.JAVA_VERSION, Runtime.version().toString())
        .register(registry);
  }

  /** Registers those of what goes on in the background. */
  static void addLoops(MeterRegistry registry, List<RepeatedLook> loops) {
    for (RepeatedLook loop : loops) {
      Gauge.builder(MetricNames.BACKGROUND_AGE, loop, l -> seconds(l.age()))
          .description("Seconds since a loop last looked at what it is for")
          .tag(MetricNames.LOOP, loop.name())
          .register(registry);
      FunctionCounter.builder(MetricNames.BACKGROUND_ERRORS, loop, RepeatedLook::errors)
          .description("Looks that ended in an error that nobody expected")
          .tag(MetricNames.LOOP, loop.name())
          .register(registry);
    }
  }

  /** Registers those of answers of the API server, whose statuses show as they come. */
  static void addApiRequests(PrometheusRegistry registry) {
    CounterWithCallback.builder()
        .name(MetricNames.API_REQUESTS)
        .help("Answers of the API server, by method and status")
        .labelNames(MetricNames.METHOD, MetricNames.CODE)
        .callback(series ->
            ApiRequests.OF_PROCESS.visit(
                (kind, count) -> series.call((double) count, kind.method(), kind.code())))
        .register(registry);
  }

  /** Registers those of the audit, whose groups of pods show as it finds them. */
  static void addAudit(MeterRegistry registry, PrometheusRegistry series, PeriodicAudit audit) {
    GaugeWithCallback.builder()
        .name(MetricNames.AUDIT_PODS)
        .help("Running pods that differ from today's decision")
        .labelNames(MetricNames.NAMESPACE, MetricNames.KIND, MetricNames.STATE)
        .callback(shown ->
            audit
                .result()
                .pods()
                .forEach((group, pods) ->
                    shown.call((double) pods, group.namespace(), group.kind(), group.state())))
        .register(series);
    Gauge.builder(MetricNames.AUDIT_UNDECIDED, audit, all -> all.result().undecided())
        .description("Running pods about which nothing could be decided")
        .register(registry);
    Gauge.builder(MetricNames.AUDIT_TIME, audit, StateMetrics::audited)
        .description("When the last audit ended, in seconds since 1970; 0: none by this replica")
        .register(registry);
    for (EvictionResult result : EvictionResult.values()) {
      FunctionCounter.builder(MetricNames.AUDIT_EVICTIONS, audit, all -> all.evictions(result))
          .description("Evictions of pods that lack credentials")
          .tag(MetricNames.RESULT, result.code())
          .register(registry);
    }
  }

  private static double audited(PeriodicAudit audit) {
    return audit.result().ended().map(Instant::getEpochSecond).orElse(0L);
  }

  /** Registers those of shadow mode. */
  static void addShadow(MeterRegistry registry, ShadowMode shadow) {
    for (ComparisonResult result : ComparisonResult.values()) {
      FunctionCounter.builder(MetricNames.SHADOW_COMPARISONS, shadow, mode -> mode.count(result))
          .description("Reviews compared with another webhook's answer")
          .tag(MetricNames.RESULT, result.code())
          .register(registry);
    }
  }

  private static void addAccounts(MeterRegistry registry, ServiceAccounts accounts) {
    addObjects(
        registry,
        "ServiceAccounts",
        new Names(MetricNames.SERVICE_ACCOUNTS, MetricNames.WATCH_AGE, MetricNames.LIVE_LOOKUPS),
        accounts::statistics);
  }

  /** Where Namespaces have no say, there is nothing to show. */
  private static void addNamespaces(MeterRegistry registry, Namespaces namespaces) {
    if (namespaces.looks().isPresent()) {
      addObjects(
          registry,
          "Namespaces",
          new Names(
              MetricNames.NAMESPACES,
              MetricNames.NAMESPACE_WATCH_AGE,
              MetricNames.NAMESPACE_LOOKUPS),
          namespaces::statistics);
    }
  }

  private static void addObjects(
      MeterRegistry registry, String kind, Names names, Supplier<ObjectStatistics> statistics) {
    Gauge.builder(names.objects(), statistics, s -> s.get().known())
        .description(kind + " known, and those of them with a role")
        .tag(MetricNames.STATE, "known")
        .strongReference(true)
        .register(registry);
    Gauge.builder(names.objects(), statistics, s -> s.get().annotated())
        .description(kind + " known, and those of them with a role")
        .tag(MetricNames.STATE, "annotated")
        .strongReference(true)
        .register(registry);
    Gauge.builder(names.watchAge(), statistics, StateMetrics::watchAge)
        .description("Seconds since the watch of " + kind + " last delivered anything")
        .strongReference(true)
        .register(registry);
    for (LookupResult result : LookupResult.values()) {
      // A counter holds its object weakly: the registry is there as long as the counter is.
      FunctionCounter.builder(names.lookups(), registry, _ -> lookups(statistics.get(), result))
          .description("Live look-ups of " + kind)
          .tag(MetricNames.RESULT, result.code())
          .register(registry);
    }
  }

  private static long lookups(ObjectStatistics statistics, LookupResult result) {
    return statistics.lookups().getOrDefault(result, 0L);
  }

  private static void addWatched(MeterRegistry registry, WatchedSource source) {
    Gauge.builder(MetricNames.SOURCE_ENTRIES, source, WatchedSource::entries)
        .description("Entries in use of a source beside annotations")
        .tag(MetricNames.SOURCE, source.looks().name())
        .register(registry);
    FunctionCounter.builder(MetricNames.SOURCE_FAILURES, source.looks(), RepeatedLook::failures)
        .description("Looks at a source beside annotations that found it unusable")
        .tag(MetricNames.SOURCE, source.looks().name())
        .register(registry);
  }

  private static void addCertificate(MeterRegistry registry, CertificateSource certificates) {
    Gauge.builder(MetricNames.CERTIFICATE_EXPIRY, certificates, StateMetrics::expiry)
        .description("When the serving certificate expires, in seconds since 1970; 0: none yet")
        .register(registry);
    FunctionCounter.builder(MetricNames.CERTIFICATE_FAILURES, certificates, StateMetrics::failures)
        .description("Looks at the serving certificate's files that found them unusable")
        .register(registry);
  }

  private static void addEvents(MeterRegistry registry, EventCounts events) {
    for (EventResult result : EventResult.values()) {
      FunctionCounter.builder(MetricNames.EVENTS, events, counts -> counts.of(result))
          .description("What became of what Events tell")
          .tag(MetricNames.RESULT, result.code())
          .register(registry);
    }
  }

  /** Before anything was delivered there is no age to speak of. */
  private static double watchAge(Supplier<ObjectStatistics> statistics) {
    return statistics.get().watchAge().map(StateMetrics::seconds).orElse(Double.NaN);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / MILLIS_PER_SECOND;
  }

  /** A certificate that cannot change cannot fail to be loaded. */
  private static double failures(CertificateSource certificates) {
    return certificates.looks().map(RepeatedLook::failures).orElse(0L);
  }

  private static double expiry(CertificateSource certificates) {
    return certificates
        .current()
        .map(certificate -> (double) certificate.notAfter().getEpochSecond())
        .orElse(0.0);
  }

  /** What the metrics of a kind of objects are called. */
  private record Names(String objects, String watchAge, String lookups) {}
}
