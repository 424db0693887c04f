package io.webidentity.admission;

import io.webidentity.admission.Review.Header;
import io.webidentity.admission.Review.Subject.OfPod;
import io.webidentity.aws.RoleArn;
import io.webidentity.decision.PodDecision;
import io.webidentity.identity.Resolution;
import io.webidentity.injection.Credentials;
import io.webidentity.injection.Decision;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Identity;
import io.webidentity.injection.Reason;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.observability.LogKeys;
import io.webidentity.observability.ReferenceMetrics;
import io.webidentity.watch.TokenBucket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.NOPLogger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Records every decision: in the metrics, in Events where they are on, and in the log. The log has
 * a line for each surprise or failure at warn, and one for each decision: at info if the pod was
 * given something or surprised, else at debug. Never a token, never a whole request.
 */
public final class DecisionRecorder {
  /** Lines at info, at once and a second: more than a person reads. Metrics count all. */
  private static final int BURST = 100;

  private static final int PER_SECOND = 10;
  private static final int MOST_CONTAINERS = 16;
  private static final int MOST_CHARACTERS = 256;

  private final TokenBucket lines = new TokenBucket(BURST, PER_SECOND, System::nanoTime);
  private final AtomicLong leftOut = new AtomicLong();
  private final DecisionMetrics metrics;
  private final ReferenceMetrics reference;
  private final PodEvents events;
  private final Logger log;
  private final Mode mode;

  /** Records into the metrics and Events given. */
  public DecisionRecorder(DecisionMetrics metrics, ReferenceMetrics reference, PodEvents events) {
    this(metrics, reference, events, LoggerFactory.getLogger(DecisionRecorder.class));
  }

  private DecisionRecorder(
      DecisionMetrics metrics, ReferenceMetrics reference, PodEvents events, Logger log) {
    this.log = log;
    this.metrics = metrics;
    this.mode = metrics.mode();
    this.reference = reference;
    this.events = events;
  }

  /** Records into these metrics and nowhere else: there is neither log nor Event. */
  public static DecisionRecorder silent(DecisionMetrics metrics, ReferenceMetrics reference) {
    return new DecisionRecorder(metrics, reference, PodEvents.NONE, NOPLogger.NOP_LOGGER);
  }

  /**
   * As the reference counts: a pod with an identity even if it lacks nothing of it, and an account
   * as missing only where no other source knows an identity.
   */
  void resolved(PodDecision.Decided decided) {
    switch (decided.resolution()) {
      case Resolution.Resolved(Identity identity, var _) -> reference.identified(method(identity));
      case Resolution.None(Reason reason, var _) when reason == Reason.SERVICE_ACCOUNT_NOT_FOUND ->
          reference.accountMissing();
      case Resolution.None _, Resolution.Rejected _, Resolution.Undecided _ -> {
        // The account is known, or something else is the matter.
      }
    }
  }

  private static ReferenceMetrics.Method method(Identity identity) {
    return switch (identity.credentials()) {
      case Credentials.WebIdentity _ -> ReferenceMetrics.Method.WEB_IDENTITY;
      case Credentials.Container _ -> ReferenceMetrics.Method.CONTAINER_CREDENTIALS;
    };
  }

  /**
   * Records a decision.
   *
   * @param resolved the identity that the pod was found to have, if any
   */
  void decided(
      Header header, OfPod subject, Decision decision, Resolution.@Nullable Resolved resolved) {
    metrics.decided(decision.reason());
    events.decided(subject, decision);
    if (decision instanceof Decision.Inject inject) {
      inject.containers().forEach(container -> metrics.container(container.reason()));
    }
    for (Finding finding : decision.findings()) {
      metrics.warned(finding.reason());
      about(Level.WARN, header, subject, finding.reason()).log(mode.said(finding.message()));
    }
    Level level =
        decision instanceof Decision.Inject || !decision.findings().isEmpty()
            ? Level.INFO
            : Level.DEBUG;
    if (log.isEnabledForLevel(level) && (level == Level.DEBUG || log.isDebugEnabled() || take())) {
      line(level, header, subject, decision, resolved).log(mode.said(decision.reason().sentence()));
    }
  }

  private LoggingEventBuilder line(
      Level level,
      Header header,
      OfPod subject,
      Decision decision,
      Resolution.@Nullable Resolved resolved) {
    LoggingEventBuilder line =
        about(level, header, subject, decision.reason())
            .addKeyValue(mode.outcomeKey(), Outcome.of(decision.reason()).label());
    if (resolved != null) {
      Identity identity = resolved.identity();
      line =
          line.addKeyValue(LogKeys.SOURCE, resolved.source().noun())
              .addKeyValue(LogKeys.ROLE_ARN, cut(identity.role().map(RoleArn::value).orElse("")))
              .addKeyValue(LogKeys.AUDIENCE, cut(identity.token().audience()));
    }
    if (decision instanceof Decision.Inject inject) {
      line = line.addKeyValue(LogKeys.CONTAINERS, containers(inject));
    }
    long before = level == Level.INFO ? leftOut.getAndSet(0) : 0;
    return before == 0 ? line : line.addKeyValue(LogKeys.LEFT_OUT, before);
  }

  /** Whether there is room for a line; before it is made, as requests wait for it. */
  private boolean take() {
    boolean taken = lines.take(Duration.ZERO).isPresent();
    if (!taken) {
      leftOut.incrementAndGet();
    }
    return taken;
  }

  void ignored(Header header, String description) {
    metrics.decided(Reason.NOT_A_POD_CREATION);
    log.atDebug()
        .addKeyValue(LogKeys.REVIEW_UID, header.uid())
        .addKeyValue(mode.outcomeKey(), Outcome.SKIPPED.label())
        .addKeyValue(LogKeys.REASON, Reason.NOT_A_POD_CREATION.code())
        .log("{}: {}", Reason.NOT_A_POD_CREATION.sentence(), description);
  }

  void undecided(Header header, OfPod subject, PodDecision.Undecided undecided) {
    if (undecided.account() instanceof ObjectLookup.Failed) {
      reference.accountMissing();
    }
    Reason reason = undecided.reason();
    metrics.decided(reason);
    events.undecided(subject, reason, undecided.message());
    about(Level.WARN, header, subject, reason)
        .addKeyValue(mode.outcomeKey(), Outcome.ERROR.label())
        .log(mode.said(undecided.message()));
  }

  void refused(Reason reason, String message) {
    metrics.decided(reason);
    log.atWarn()
        .addKeyValue(mode.outcomeKey(), Outcome.ERROR.label())
        .addKeyValue(LogKeys.REASON, reason.code())
        .log(message);
  }

  void bug(Throwable bug) {
    metrics.decided(Reason.INTERNAL_ERROR);
    log.atError()
        .setCause(bug)
        .addKeyValue(mode.outcomeKey(), Outcome.ERROR.label())
        .addKeyValue(LogKeys.REASON, Reason.INTERNAL_ERROR.code())
        .log(Reason.INTERNAL_ERROR.sentence());
  }

  private LoggingEventBuilder about(Level level, Header header, OfPod subject, Reason reason) {
    return log.atLevel(level)
        .addKeyValue(LogKeys.REVIEW_UID, header.uid())
        .addKeyValue(LogKeys.NAMESPACE, subject.namespace())
        .addKeyValue(LogKeys.POD, subject.pod().name())
        .addKeyValue(LogKeys.SERVICE_ACCOUNT, subject.pod().serviceAccountName())
        .addKeyValue(LogKeys.REASON, reason.code());
  }

  /** The first containers of a pod: it may have thousands. */
  private static String containers(Decision.Inject inject) {
    int all = inject.containers().size();
    String more = all > MOST_CONTAINERS ? ",and " + (all - MOST_CONTAINERS) + " more" : "";
    return inject.containers().stream()
        .limit(MOST_CONTAINERS)
        .map(container -> cut(container.container()) + "=" + container.reason().code())
        .collect(Collectors.joining(",", "", more));
  }

  /** What users wrote may be a quarter of a megabyte. */
  private static String cut(String text) {
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "…";
  }
}
