package io.webidentity.observability;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Counts, and shows the text that Prometheus' client for Go shows for the same metrics: series,
 * labels and types are those of the reference, which queries depend on, down to how the bounds of
 * buckets are written. Prometheus' client for Java, and Micrometer with it, can neither show a
 * counter without {@code _total} nor such bounds.
 *
 * <p>A count of a request is an addition to a few {@link LongAdder}s. The reference's summary has
 * no quantiles: its client left the usual ones out with version 1.0.
 */
public final class CountedMetrics implements ReferenceMetrics {
  /** The only route that the reference counts. */
  private static final String ROUTE = "path=\"/mutate\",verb=\"POST\"";

  private static final String LATENCIES = "http_request_latencies";
  private static final String DURATION = "http_request_duration_microseconds";

  private static final List<Bucket> BUCKETS =
      List.of(
          new Bucket(125_000, "125000"),
          new Bucket(250_000, "250000"),
          new Bucket(500_000, "500000"),
          new Bucket(1_000_000, "1e+06"),
          new Bucket(2_000_000, "2e+06"),
          new Bucket(4_000_000, "4e+06"),
          new Bucket(8_000_000, "8e+06"),
          new Bucket(Long.MAX_VALUE, "+Inf"));

  private final BooleanSupplier accountSeen;
  private final Map<Method, LongAdder> pods = new EnumMap<>(Method.class);
  private final LongAdder missing = new LongAdder();
  private final ConcurrentMap<Integer, LongAdder> requests = new ConcurrentSkipListMap<>();
  private final LongAdder[] latencies =
      Stream.generate(LongAdder::new).limit(BUCKETS.size()).toArray(LongAdder[]::new);
  private final LongAdder micros = new LongAdder();
  private volatile boolean used;

  /**
   * Has counted nothing yet.
   *
   * @param accountSeen whether any ServiceAccount is known at the moment
   */
  public CountedMetrics(BooleanSupplier accountSeen) {
    this.accountSeen = accountSeen;
    for (Method method : Method.values()) {
      pods.put(method, new LongAdder());
    }
    requests.put(200, new LongAdder()); // The usual answer; the others come when they come.
  }

  @Override
  public void identified(Method method) {
    LongAdder count = pods.get(method);
    if (count != null) {
      count.increment();
    }
  }

  @Override
  public void accountMissing() {
    missing.increment();
  }

  @Override
  public void answered(int status, long nanos) {
    refused(status);
    long elapsed = TimeUnit.NANOSECONDS.toMicros(nanos);
    int bucket = 0;
    while (elapsed > BUCKETS.get(bucket).micros()) {
      bucket++;
    }
    latencies[bucket].increment();
    micros.add(elapsed);
  }

  @Override
  public void refused(int status) {
    requests.computeIfAbsent(status, _ -> new LongAdder()).increment();
  }

  @Override
  public String exposition() {
    StringBuilder text = new StringBuilder(2_048);
    family(text, "http_request_count", "counter", "Requests by method, path and status");
    requests.forEach((status, count) ->
        sample(text, "http_request_count", "code=\"" + status + "\"," + ROUTE, count.sum()));
    addDistributions(text);
    String missingAccounts = "pod_identity_webhook_missing_sa_count";
    family(text, missingAccounts, "counter", "Pods left alone as their account was not found");
    sample(text, missingAccounts, "", missing.sum());
    String podCount = "pod_identity_webhook_pod_count";
    family(text, podCount, "counter", "Pods that have an identity, by method");
    pods.entrySet().stream()
        .sorted((one, other) -> one.getKey().label().compareTo(other.getKey().label()))
        .forEach(pod ->
            sample(
                text, podCount, "method=\"" + pod.getKey().label() + "\"", pod.getValue().sum()));
    family(text, "pod_identity_webhook_used", "gauge", "1 once any ServiceAccount was seen");
    sample(text, "pod_identity_webhook_used", "", used() ? 1 : 0);
    return text.toString();
  }

  /** Both are made of the same counts, and so agree with each other. */
  private void addDistributions(StringBuilder text) {
    long[] counts = Arrays.stream(latencies).mapToLong(LongAdder::sum).toArray();
    long sum = micros.sum();
    long total = Arrays.stream(counts).sum();
    family(text, DURATION, "summary", "Time to an answer in microseconds, by method and path");
    sample(text, DURATION + "_sum", ROUTE, sum);
    sample(text, DURATION + "_count", ROUTE, total);
    family(text, LATENCIES, "histogram", "Time to an answer in microseconds, by method and path");
    long below = 0;
    for (int i = 0; i < counts.length; i++) {
      below += counts[i];
      sample(text, LATENCIES + "_bucket", ROUTE + ",le=\"" + BUCKETS.get(i).label() + "\"", below);
    }
    sample(text, LATENCIES + "_sum", ROUTE, sum);
    sample(text, LATENCIES + "_count", ROUTE, total);
  }

  /** Once true, it stays: accounts may go again. */
  private boolean used() {
    if (!used && accountSeen.getAsBoolean()) {
      used = true;
    }
    return used;
  }

  private static void family(StringBuilder text, String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void sample(StringBuilder text, String name, String labels, long value) {
    text.append(name);
    if (!labels.isEmpty()) {
      text.append('{').append(labels).append('}');
    }
    text.append(' ').append(value).append('\n');
  }

  /**
   * A bucket of the histogram: the reference doubles 125 ms six times.
   *
   * @param micros the longest time that belongs to it
   * @param label its bound as Go writes it
   */
  private record Bucket(long micros, String label) {}
}
