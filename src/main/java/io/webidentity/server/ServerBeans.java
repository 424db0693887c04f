package io.webidentity.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.webidentity.account.Namespaces;
import io.webidentity.account.ServiceAccounts;
import io.webidentity.admission.AdmissionGate;
import io.webidentity.admission.CallerCheck;
import io.webidentity.admission.DecisionMetrics;
import io.webidentity.admission.DecisionRecorder;
import io.webidentity.admission.EphemeralContainerRule;
import io.webidentity.admission.Mode;
import io.webidentity.admission.MutateEndpoint;
import io.webidentity.admission.PodEvents;
import io.webidentity.admission.Responder;
import io.webidentity.admission.ReviewHandler;
import io.webidentity.admission.ReviewReader;
import io.webidentity.admission.WarmUpDiversion;
import io.webidentity.certificate.CertificateSource;
import io.webidentity.decision.PodDecider;
import io.webidentity.event.EventCounts;
import io.webidentity.http.ConnectionLimits;
import io.webidentity.http.Connections;
import io.webidentity.identity.IdentityGuard;
import io.webidentity.injection.Injector;
import io.webidentity.injection.PodReader;
import io.webidentity.kubernetes.ObjectStatistics;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.observability.CountedMetrics;
import io.webidentity.observability.ReferenceMetrics;
import io.webidentity.observability.ServingState;
import io.webidentity.shadow.ShadowMode;
import io.webidentity.warmup.WarmUp;
import io.webidentity.watch.WatchedSource;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * The parts of the server, wired to each other; what registers meters is made at once, so that none
 * is missing.
 */
@Factory
@Requires(beans = ServeSettings.class)
final class ServerBeans {
  /**
   * As many as three API servers send at a time by default ({@code
   * --max-mutating-requests-inflight}).
   */
  static final int MAX_REQUESTS = 600;

  /** Beside bodies there must be room for what is made of them, and for what is known. */
  private static final int BODIES_SHARE_OF_HEAP = 4;

  @Singleton
  ServingState servingState(
      ServiceAccounts accounts,
      Namespaces namespaces,
      IdentityGuard guard,
      WatchedSources watched,
      CertificateSource certificates,
      WarmUp warmUp) {
    Map<String, BooleanSupplier> conditions = new LinkedHashMap<>();
    conditions.put("ServiceAccounts have not all been read yet", accounts::ready);
    conditions.put(
        "Namespaces have not all been read yet",
        () -> namespaces.ready() || !guard.needs(namespaces));
    for (WatchedSource source : watched.all()) {
      String name = source.looks().name();
      conditions.put(name + " has not been read yet", source::ready);
      conditions.put(
          name + " has not been looked at for too long, and may say something else by now",
          source::dependable);
    }
    conditions.put("there is no serving certificate yet", () -> certificates.current().isPresent());
    conditions.put("the serving certificate has ended or is about to", () -> !ends(certificates));
    conditions.put("the warm-up is not over yet", warmUp::finished);
    return new ServingState(conditions);
  }

  private static boolean ends(CertificateSource certificates) {
    return certificates.current().filter(served -> served.isEnding(Instant.now())).isPresent();
  }

  @Context
  DecisionMetrics decisionMetrics(ServeSettings settings, MeterRegistry registry) {
    return new DecisionMetrics(
        registry, settings.shadow().isPresent() ? Mode.SHADOW : Mode.INJECTING);
  }

  @Context
  Connections connections(ConnectionLimits limits, MeterRegistry registry) {
    return new Connections(limits, registry);
  }

  /** Not in shadow mode: beside the reference every pod would be counted twice. */
  @Singleton
  ReferenceMetrics referenceMetrics(ServeSettings settings, ServiceAccounts accounts) {
    return settings.observation().compatibleMetrics() && settings.shadow().isEmpty()
        ? new CountedMetrics(() -> anyAccountSeen(accounts.statistics()))
        : ReferenceMetrics.NONE;
  }

  private static boolean anyAccountSeen(ObjectStatistics statistics) {
    return statistics.known() > 0 || statistics.lookups().getOrDefault(LookupResult.FOUND, 0L) > 0;
  }

  @Context
  StateMetrics stateMetrics(
      MeterRegistry registry,
      PrometheusMeterRegistry prometheus,
      ServiceAccounts accounts,
      Namespaces namespaces,
      WatchedSources watched,
      CertificateSource certificates,
      EventCounts events,
      Responder answering,
      Sources.Started sources) {
    StateMetrics.addLoops(registry, sources.loops());
    StateMetrics.addApiRequests(prometheus.getPrometheusRegistry());
    sources
        .audit()
        .ifPresent(
            audit -> StateMetrics.addAudit(registry, prometheus.getPrometheusRegistry(), audit));
    if (answering instanceof ShadowMode shadow) {
      StateMetrics.addShadow(registry, shadow);
    }
    return new StateMetrics(
        registry, accounts, namespaces, watched.all(), certificates, events, Version.ofThisBuild());
  }

  @Singleton
  ReviewHandler reviewHandler(
      ServeSettings settings,
      PodDecider decider,
      DecisionMetrics metrics,
      ReferenceMetrics reference,
      PodEvents events) {
    return new ReviewHandler(
        reader(settings), decider, new DecisionRecorder(metrics, reference, events));
  }

  static ReviewReader reader(ServeSettings settings) {
    PodReader pods = new PodReader(settings.identity().annotationPrefix());
    return new ReviewReader(
        settings.events() ? pods.withOwners() : pods,
        settings.admission().ephemeralContainers()
            ? EphemeralContainerRule.INJECT
            : EphemeralContainerRule.IGNORE);
  }

  static Injector injector(ServeSettings settings) {
    return new Injector(
        settings.injection(),
        (lowest, highest) -> ThreadLocalRandom.current().nextLong(lowest, highest + 1));
  }

  @Singleton
  MutateEndpoint mutateEndpoint(
      ReviewHandler handler,
      DecisionMetrics metrics,
      ReferenceMetrics reference,
      ServingState state,
      CallerCheck callers,
      Responder answering,
      WarmUpDiversion diversion) {
    return new MutateEndpoint(
        handler,
        metrics,
        reference,
        state,
        callers,
        answering,
        new AdmissionGate(MAX_REQUESTS, Runtime.getRuntime().maxMemory() / BODIES_SHARE_OF_HEAP),
        diversion);
  }
}
