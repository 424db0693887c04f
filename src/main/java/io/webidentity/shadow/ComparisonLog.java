package io.webidentity.shadow;

import io.webidentity.observability.LogKeys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs comparisons that did not come out even: of those that differ in the same places the first,
 * the tenth, the hundredth and so on, at warn; the others at debug. Thread-safe.
 */
final class ComparisonLog {
  /** Kinds of differences told apart; a cluster has a handful. Bounds memory and log. */
  static final int MAX_KINDS = 200;

  /** Differences shown in one line. */
  static final int MAX_SHOWN = 8;

  private static final int BASE = 10;
  private static final Logger LOG = LoggerFactory.getLogger(ComparisonLog.class);
  private static final String ALL_OTHERS = "others";

  private final Map<String, Long> seen = new HashMap<>();

  /** The pods differ. */
  void differ(ReviewedPod pod, Comparison comparison) {
    String kind =
        comparison.differences().stream()
            .map(difference -> difference.kind() + difference.shape() + presence(difference))
            .distinct()
            .sorted()
            .collect(Collectors.joining(" "));
    log(() -> pod, comparison.result(), kind, () -> sentence(comparison));
  }

  /** The other webhook gave no usable answer. */
  void failed(Supplier<ReviewedPod> pod, UnusableAnswerException failure) {
    String message = String.valueOf(failure.getMessage());
    log(
        pod,
        ComparisonResult.FAILED,
        message,
        () -> "the other webhook " + message + cause(failure));
  }

  private void log(
      Supplier<ReviewedPod> pod, ComparisonResult result, String kind, Supplier<String> sentence) {
    long count = count(result + " " + kind);
    Level level = isPowerOfTen(count) ? Level.WARN : Level.DEBUG;
    if (LOG.isEnabledForLevel(level)) {
      pod.get()
          .describe(LOG.atLevel(level))
          .addKeyValue(LogKeys.COMPARISON, result.code())
          .addKeyValue(LogKeys.SEEN, count)
          .log("shadow mode: {}", sentence.get());
    }
  }

  private synchronized long count(String kind) {
    String known = seen.size() < MAX_KINDS || seen.containsKey(kind) ? kind : ALL_OTHERS;
    return seen.merge(known, 1L, Long::sum);
  }

  private static boolean isPowerOfTen(long count) {
    long rest = count;
    while (rest % BASE == 0) {
      rest /= BASE;
    }
    return rest == 1;
  }

  private static String sentence(Comparison comparison) {
    if (!comparison.explanation().isEmpty()) {
      return ShownValue.text(comparison.explanation());
    }
    List<Difference> differences = comparison.differences();
    String shown =
        differences.stream()
            .limit(MAX_SHOWN)
            .map(difference ->
                "%s: %s here, %s there"
                    .formatted(
                        ShownValue.text(difference.pointer()),
                        ShownValue.of(difference, difference.ours()),
                        ShownValue.of(difference, difference.theirs())))
            .collect(Collectors.joining("; "));
    int more = differences.size() - MAX_SHOWN;
    String start =
        comparison.result() == ComparisonResult.ORDER
            ? "the pods differ in nothing but an order: "
            : "the pods differ: ";
    return start + shown + (more > 0 ? "; and " + more + " more" : "");
  }

  private static String presence(Difference difference) {
    return difference.ours().isMissingNode() ? "-" : difference.theirs().isMissingNode() ? "+" : "";
  }

  /** Of what was caught, its own words; they may be another machine's. */
  private static String cause(UnusableAnswerException failure) {
    Throwable cause = failure.getCause();
    return cause == null || cause.getMessage() == null
        ? ""
        : " (" + ShownValue.text(cause.getMessage()) + ")";
  }
}
