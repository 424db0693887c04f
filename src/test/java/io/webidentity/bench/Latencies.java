package io.webidentity.bench;

import java.util.NavigableMap;

/**
 * What one run of a load generator saw.
 *
 * @param answered requests answered
 * @param failed of these, not answered by a review, or not at all
 * @param seconds how long it ran
 * @param percentiles latency in µs at the percentiles of {@link #PERCENTILES}
 */
public record Latencies(
    long answered, long failed, double seconds, NavigableMap<Double, Long> percentiles) {
  /** The percentiles measured, for tables and for plots. */
  static final double[] PERCENTILES = {
    0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 99.999
  };

  /** Requests answered a second. */
  public double perSecond() {
    return answered / seconds;
  }

  /** Latency at a percentile, µs. */
  public long at(double percentile) {
    Long latency = percentiles.get(percentile);
    if (latency == null) {
      throw new IllegalArgumentException("percentile " + percentile + " is not measured");
    }
    return latency;
  }
}
