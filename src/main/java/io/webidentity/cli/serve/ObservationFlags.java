package io.webidentity.cli.serve;

import static io.webidentity.cli.flag.FlagGroup.OBSERVATION;

import io.webidentity.cli.flag.BadValueException;
import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.GoDuration;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.flag.Values;
import io.webidentity.config.AuditSettings;
import io.webidentity.config.ObservationSettings;
import io.webidentity.config.ObservationSettings.Debugging;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The flags about what operators can see, in the order of the help. */
public final class ObservationFlags {
  /** An audit lists every pod of the cluster. */
  private static final Duration SHORTEST_INTERVAL = Duration.ofMinutes(1);

  static final Flag<Boolean> COMPATIBLE_METRICS =
      Flag.bool(
          "compatible-metrics",
          OBSERVATION,
          false,
          "Show the metrics of amazon-eks-pod-identity-webhook, too, under its names.");

  /** Whether Events are written. */
  public static final Flag<Boolean> EVENTS =
      Flag.bool(
          "events",
          OBSERVATION,
          false,
          "Write Events about surprises: on the pod's ServiceAccount and on the object whose"
              + " controller made the pod.");

  static final Flag<Duration> AUDIT_INTERVAL =
      Flag.taking(
          "audit-interval",
          "DURATION",
          OBSERVATION,
          ObservationFlags::interval,
          "Compare all running pods with what they would get today, so often, in one replica; at"
              + " least 1m. Metrics show the pods that differ, and with --events also Events.");
  static final Flag<Integer> AUDIT_EVICT =
      Flag.taking(
          "audit-evict",
          "NUMBER",
          OBSERVATION,
          Values::evictions,
          "Evict up to so many pods a minute that lack credentials, if their controller makes new"
              + " ones. PodDisruptionBudgets are respected.");

  static final Flag<Boolean> DEBUGGING_HANDLERS =
      Flag.bool(
          "enable-debugging-handlers",
          OBSERVATION,
          false,
          "On the metrics port, /debug/alpha/cache shows the annotated ServiceAccounts that are"
              + " known, and /debug/alpha/cache/clear has them listed again.");
  static final Flag<Debugging> DEBUGGING_HANDLERS_FROM =
      Flag.taking(
              "debugging-handlers-from",
              "WHERE",
              OBSERVATION,
              ObservationFlags::debugging,
              "Who may use them: loopback, or any for whoever reaches the metrics port.")
          .byDefault("loopback")
          .among("loopback", "any");

  /** All of them. */
  static final List<Flag<?>> ALL =
      List.of(
          COMPATIBLE_METRICS,
          EVENTS,
          AUDIT_INTERVAL,
          AUDIT_EVICT,
          DEBUGGING_HANDLERS,
          DEBUGGING_HANDLERS_FROM);

  private ObservationFlags() {}

  static ObservationSettings settings(GivenFlags flags) throws UsageException {
    boolean debugging = flags.value(DEBUGGING_HANDLERS);
    Debugging from = flags.value(DEBUGGING_HANDLERS_FROM);
    return new ObservationSettings(
        flags.value(COMPATIBLE_METRICS), debugging ? from : Debugging.OFF);
  }

  /** How running pods are looked at. */
  public static Optional<AuditSettings> audit(GivenFlags flags) throws UsageException {
    String namespace = flags.value(ServeFlags.NAMESPACE);
    String service = flags.value(ServeFlags.SERVICE_NAME);
    int evictions = flags.find(AUDIT_EVICT).orElse(0);
    return flags
        .find(AUDIT_INTERVAL)
        .map(interval -> new AuditSettings(interval, evictions, namespace, service + "-audit"));
  }

  private static Duration interval(String text) throws BadValueException {
    Duration interval = GoDuration.parse(text);
    if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
      throw new BadValueException("is shorter than a minute; give 1m or more");
    }
    return interval;
  }

  private static Debugging debugging(String text) throws BadValueException {
    return switch (text) {
      case "loopback" -> Debugging.FROM_LOOPBACK;
      case "any" -> Debugging.FROM_ANYWHERE;
      default -> throw new BadValueException("is neither loopback nor any; give one of them");
    };
  }
}
