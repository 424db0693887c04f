package io.webidentity.kubernetes;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What operators want to know about the objects of one kind, at one moment.
 *
 * @param known objects known
 * @param annotated those of them that ask for a role
 * @param watchAge time since the source last delivered anything: a change, a list, a sign of life;
 *     empty before the first
 * @param watching whether changes are being delivered; false means that what is known may be stale
 * @param lookups live look-ups since the start, by result; every result is there
 */
public record ObjectStatistics(
    int known,
    int annotated,
    Optional<Duration> watchAge,
    boolean watching,
    Map<LookupResult, Long> lookups) {
  public ObjectStatistics {
    lookups = Map.copyOf(lookups);
  }

  /** What a live look-up came to; {@link #code} is the metric's label. */
  public enum LookupResult {
    /** The object exists. */
    FOUND("found"),
    /** It does not. */
    NOT_FOUND("not_found"),
    /** The API server refused, failed or could not be reached. */
    FAILED("failed"),
    /** The deadline passed. */
    TIMEOUT("timeout"),
    /** There were too many look-ups to take another one within its deadline. */
    RATE_LIMITED("rate_limited");

    private final String code;

    LookupResult(String code) {
      this.code = code;
    }

    /** Stable, lower case. */
    public String code() {
      return code;
    }
  }
}
