package io.webidentity.cli;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.webidentity.certificate.CertificateSource;
import io.webidentity.identity.AccountStatistics.LookupResult;
import io.webidentity.identity.ServiceAccounts;
import io.webidentity.observability.MetricNames;
import io.webidentity.watch.WatchedSource;
import java.time.Duration;
import java.util.List;

/** Metrics of what the server knows at the moment of a scrape: accounts, certificate, build. */
final class StateMetrics {
  private static final double MILLIS_PER_SECOND = 1_000;

  /** Registers every series. */
  StateMetrics(
      MeterRegistry registry,
      ServiceAccounts accounts,
      List<WatchedSource> watched,
      CertificateSource certificates,
      Version version) {
    addAccounts(registry, accounts);
    watched.forEach(source -> addWatched(registry, source));
    addCertificate(registry, certificates);
    Gauge.builder(MetricNames.BUILD_INFO, () -> 1)
        .description("Which build this is")
        .tag(MetricNames.VERSION, version.version())
        .tag(MetricNames.REVISION, version.commit())
        .tag(MetricNames.JAVA_VERSION, Runtime.version().toString())
        .register(registry);
  }

  private static void addAccounts(MeterRegistry registry, ServiceAccounts accounts) {
    Gauge.builder(MetricNames.SERVICE_ACCOUNTS, accounts, a -> a.statistics().known())
        .description("ServiceAccounts known, and those of them with a role")
        .tag(MetricNames.STATE, "known")
        .register(registry);
    Gauge.builder(MetricNames.SERVICE_ACCOUNTS, accounts, a -> a.statistics().annotated())
        .description("ServiceAccounts known, and those of them with a role")
        .tag(MetricNames.STATE, "annotated")
        .register(registry);
    Gauge.builder(MetricNames.WATCH_AGE, accounts, StateMetrics::watchAge)
        .description("Seconds since the watch of ServiceAccounts last delivered anything")
        .register(registry);
    for (LookupResult result : LookupResult.values()) {
      FunctionCounter.builder(
              MetricNames.LIVE_LOOKUPS,
              accounts,
              a -> a.statistics().lookups().getOrDefault(result, 0L))
          .description("Live look-ups of ServiceAccounts")
          .tag(MetricNames.RESULT, result.code())
          .register(registry);
    }
  }

  private static void addWatched(MeterRegistry registry, WatchedSource source) {
    Gauge.builder(MetricNames.SOURCE_ENTRIES, source, WatchedSource::entries)
        .description("Entries in use of a source beside annotations")
        .tag(MetricNames.SOURCE, source.name())
        .register(registry);
    FunctionCounter.builder(MetricNames.SOURCE_FAILURES, source, WatchedSource::failures)
        .description("Looks at a source beside annotations that found it unusable")
        .tag(MetricNames.SOURCE, source.name())
        .register(registry);
  }

  private static void addCertificate(MeterRegistry registry, CertificateSource certificates) {
    Gauge.builder(MetricNames.CERTIFICATE_EXPIRY, certificates, StateMetrics::expiry)
        .description("When the serving certificate expires, in seconds since 1970; 0: none yet")
        .register(registry);
    FunctionCounter.builder(
            MetricNames.CERTIFICATE_FAILURES, certificates, CertificateSource::failures)
        .description("Looks at the serving certificate's files that found them unusable")
        .register(registry);
  }

  /** Before anything was delivered there is no age to speak of. */
  private static double watchAge(ServiceAccounts accounts) {
    return accounts
        .statistics()
        .watchAge()
        .map(Duration::toMillis)
        .map(millis -> millis / MILLIS_PER_SECOND)
        .orElse(Double.NaN);
  }

  private static double expiry(CertificateSource certificates) {
    return certificates
        .current()
        .map(certificate -> (double) certificate.notAfter().getEpochSecond())
        .orElse(0.0);
  }
}
