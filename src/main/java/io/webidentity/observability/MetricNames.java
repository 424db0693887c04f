package io.webidentity.observability;

/**
 * Names and labels of the metrics, as Micrometer wants them; Prometheus shows {@code
 * webidentity_decisions_total} for {@code webidentity.decisions}. Stable, as dashboards and alerts
 * are built on them.
 */
public final class MetricNames {
  /** Counter: pods decided on, by {@link #OUTCOME} and {@link #REASON}. */
  public static final String DECISIONS = "webidentity.decisions";

  /** Counter: containers decided on, by {@link #REASON}. */
  public static final String CONTAINERS = "webidentity.container.decisions";

  /** Counter: surprises told in warnings, by {@link #REASON}. */
  public static final String WARNINGS = "webidentity.warnings";

  /** {@link #DECISIONS} in shadow mode, where no pod gets what was decided. */
  public static final String SHADOW_DECISIONS = "webidentity.shadow.decisions";

  /** {@link #CONTAINERS} in shadow mode. */
  public static final String SHADOW_CONTAINERS = "webidentity.shadow.container.decisions";

  /** {@link #WARNINGS} in shadow mode, where nobody is told. */
  public static final String SHADOW_WARNINGS = "webidentity.shadow.warnings";

  /** Counter: reviews compared with another webhook's answer, by {@link #RESULT}. */
  public static final String SHADOW_COMPARISONS = "webidentity.shadow.comparisons";

  /** Histogram, seconds: from a body read to its answer, by {@link #OUTCOME}. */
  public static final String REQUEST_DURATION = "webidentity.request.duration";

  /** Gauge: requests read and not yet answered. */
  public static final String REQUESTS_IN_FLIGHT = "webidentity.requests.in.flight";

  /** Gauge: open connections, by {@link #PORT}. */
  public static final String CONNECTIONS = "webidentity.connections";

  /** Counter: connections that the webhook closed before their clients did, by {@link #REASON}. */
  public static final String CONNECTIONS_CLOSED = "webidentity.connections.closed";

  /** Counter: live look-ups of ServiceAccounts, by {@link #RESULT}. */
  public static final String LIVE_LOOKUPS = "webidentity.live.lookups";

  /** Gauge: ServiceAccounts, by {@link #STATE} {@code known} or {@code annotated}. */
  public static final String SERVICE_ACCOUNTS = "webidentity.service.accounts";

  /** Gauge, seconds: since the watch of ServiceAccounts last delivered anything. */
  public static final String WATCH_AGE = "webidentity.watch.age.seconds";

  /** Counter: live look-ups of Namespaces, by {@link #RESULT}. */
  public static final String NAMESPACE_LOOKUPS = "webidentity.namespace.lookups";

  /** Gauge: Namespaces, by {@link #STATE} {@code known} or {@code annotated}. */
  public static final String NAMESPACES = "webidentity.namespaces";

  /** Gauge, seconds: since the watch of Namespaces last delivered anything. */
  public static final String NAMESPACE_WATCH_AGE = "webidentity.namespace.watch.age.seconds";

  /** Gauge, seconds since 1970: when the serving certificate expires; 0 while there is none. */
  public static final String CERTIFICATE_EXPIRY =
      "webidentity.certificate.expiry.timestamp.seconds";

  /** Counter: looks at the certificate's files that found them unusable. */
  public static final String CERTIFICATE_FAILURES = "webidentity.certificate.load.failures";

  /** Gauge: entries in use of what decides beside annotations, by {@link #SOURCE}. */
  public static final String SOURCE_ENTRIES = "webidentity.source.entries";

  /** Counter: looks at it that found it unusable, by {@link #SOURCE}. */
  public static final String SOURCE_FAILURES = "webidentity.source.failures";

  /** Gauge, seconds: since a loop last looked, whether it failed or not, by {@link #LOOP}. */
  public static final String BACKGROUND_AGE = "webidentity.background.age.seconds";

  /** Counter: looks that ended in a bug or without memory, by {@link #LOOP}. */
  public static final String BACKGROUND_ERRORS = "webidentity.background.errors";

  /** Counter: what became of what Events tell, by {@link #RESULT}. */
  public static final String EVENTS = "webidentity.events";

  /**
   * Gauge, always 1: {@link #VERSION}, {@link #REVISION} and {@link #JAVA_VERSION} of this build.
   */
  public static final String BUILD_INFO = "webidentity.build.info";

  /**
   * Label: {@code injected}, {@code skipped}, {@code rejected}, {@code error} or {@code shadow}.
   */
  public static final String OUTCOME = "outcome";

  /** Label: {@code tls} or {@code plain}. */
  public static final String PORT = "port";

  /** Label: a reason's code. */
  public static final String REASON = "reason";

  /** Label: how a look-up or a comparison ended, or what became of what an Event tells. */
  public static final String RESULT = "result";

  /** Label: name of a loop that goes on for as long as the server. */
  public static final String LOOP = "loop";

  /** Label: name of a source beside annotations. */
  public static final String SOURCE = "source";

  /** Label: which accounts are counted, or how pods differ. */
  public static final String STATE = "state";

  /** Label: version of the program. */
  public static final String VERSION = "version";

  /** Label: commit the program was built from. */
  public static final String REVISION = "revision";

  /** Label: version of the Java runtime. */
  public static final String JAVA_VERSION = "java_version";

  /** Counter: answers of the API server, by {@link #METHOD} and {@link #CODE}. */
  public static final String API_REQUESTS = "webidentity_api_requests";

  /** Label: the method of HTTP. */
  public static final String METHOD = "method";

  /** Label: the status of HTTP. */
  public static final String CODE = "code";

  /**
   * Gauge: running pods that differ from today's decision, by {@link #NAMESPACE}, {@link #KIND} and
   * {@link #STATE}.
   */
  public static final String AUDIT_PODS = "webidentity_audit_pods";

  /** Gauge: running pods about which nothing could be decided. */
  public static final String AUDIT_UNDECIDED = "webidentity.audit.undecided.pods";

  /** Gauge: when the last audit of this replica ended. */
  public static final String AUDIT_TIME = "webidentity.audit.timestamp.seconds";

  /** Counter: evictions, by {@link #RESULT}. */
  public static final String AUDIT_EVICTIONS = "webidentity.audit.evictions";

  /** Label: the Namespace of pods. */
  public static final String NAMESPACE = "namespace";

  /** Label: the kind of object that pods belong to. */
  public static final String KIND = "kind";

  /** Gauge: resident memory of the process, bytes. */
  public static final String RESIDENT_MEMORY = "process.resident.memory.bytes";

  /** Counter: CPU time of the process, seconds. */
  public static final String CPU_SECONDS = "process.cpu.seconds";

  /** Gauge: open file descriptors. */
  public static final String OPEN_FDS = "process.open.fds";

  /** Gauge: how many there may be. */
  public static final String MAX_FDS = "process.max.fds";

  private MetricNames() {}
}
