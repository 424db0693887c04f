package io.webidentity.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.webidentity.injection.Reason;
import io.webidentity.observability.MetricNames;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts decisions. Every series exists from the start, so that an alert's rate sees the first of a
 * kind.
 */
public final class DecisionMetrics {
  /**
   * From a cached decision (tens of microseconds) to the deadline of a live look-up (2 s) and
   * beyond.
   */
  private static final Duration[] BUCKETS = {
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
  };

  private final Map<Reason, Counter> decisions = new EnumMap<>(Reason.class);
  private final Map<Reason, Counter> containers = new EnumMap<>(Reason.class);
  private final Map<Reason, Counter> warnings = new EnumMap<>(Reason.class);
  private final Map<Outcome, Timer> durations = new EnumMap<>(Outcome.class);
  private final LongAdder inFlight = new LongAdder();
  private final Mode mode;

  /** Registers every series. */
  public DecisionMetrics(MeterRegistry registry, Mode mode) {
    this.mode = mode;
    for (Reason reason : Reason.values()) {
      switch (reason.kind()) {
        case OUTCOME, ERROR -> addDecision(reason, registry);
        case SURPRISE -> addWarning(reason, registry);
        case CONTAINER -> {}
      }
      if (reason.decidesContainer()) {
        addContainer(reason, registry);
      }
    }
    for (Outcome outcome : mode.outcomes()) {
      durations.put(
          outcome,
          Timer.builder(MetricNames.REQUEST_DURATION)
              .description("From a body read to its answer")
              .tag(MetricNames.OUTCOME, outcome.label())
              .serviceLevelObjectives(BUCKETS)
              .register(registry));
    }
    Gauge.builder(MetricNames.REQUESTS_IN_FLIGHT, inFlight, LongAdder::sum)
        .description("Requests read and not yet answered")
        .register(registry);
  }

  /** Whether what is counted was answered. */
  Mode mode() {
    return mode;
  }

  void decided(Reason reason) {
    meter(decisions, reason).increment();
  }

  void container(Reason reason) {
    meter(containers, reason).increment();
  }

  void warned(Reason reason) {
    meter(warnings, reason).increment();
  }

  void started() {
    inFlight.increment();
  }

  void finished(Outcome outcome, Duration duration) {
    inFlight.decrement();
    meter(durations, outcome).record(duration);
  }

  private void addDecision(Reason reason, MeterRegistry registry) {
    decisions.put(
        reason,
        counter(mode.decisions(), "Requests decided on", reason)
            .tag(MetricNames.OUTCOME, Outcome.of(reason).label())
            .register(registry));
  }

  private void addContainer(Reason reason, MeterRegistry registry) {
    containers.put(
        reason, counter(mode.containers(), "Containers decided on", reason).register(registry));
  }

  private void addWarning(Reason reason, MeterRegistry registry) {
    warnings.put(
        reason,
        counter(mode.warnings(), "Admission warnings by reason", reason).register(registry));
  }

  private static Counter.Builder counter(String name, String description, Reason reason) {
    return Counter.builder(name).description(description).tag(MetricNames.REASON, reason.code());
  }

  private static <K, M> M meter(Map<K, M> meters, K key) {
    M meter = meters.get(key);
    if (meter == null) {
      throw new IllegalStateException(key + " is used as another kind of reason than its own");
    }
    return meter;
  }
}
