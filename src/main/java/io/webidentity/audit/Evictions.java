package io.webidentity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.kubernetes.ApiObjects.RefusedException;
import io.webidentity.watch.UnusableContentException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evicts pods that lack credentials, one after the other, by the <a
 * href="https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/">Eviction API</a>,
 * which respects PodDisruptionBudgets.
 *
 * <p>A pod is evicted only if its controller makes a new one, for work that has no end, and if
 * nothing speaks for the new one to be like it. Before each eviction, the pods of the Namespace are
 * looked at again: the pod may have credentials no more due, and the last eviction may not have
 * helped. Then no further pod of the workload is evicted for a day: an eviction must not become a
 * loop.
 */
final class Evictions {
  /** Kept of one audit; the next one finds those that remain. */
  static final int MOST_PODS = 1_000;

  private static final int MOST_WORKLOADS = 10_000;
  private static final int TOO_MANY_REQUESTS = 429;

  /** Between two pods of one workload: the new one becomes ready meanwhile. */
  private static final Duration BETWEEN_PODS = Duration.ofMinutes(1);

  /** After which a workload may lose pods again, for a cause of another day. */
  private static final Duration REMEMBERED = Duration.ofDays(1);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Logger LOG = LoggerFactory.getLogger(Evictions.class);

  private final ApiObjects api;
  private final SecondLook again;
  private final Duration spacing;
  private final LongSupplier nanoTime;
  private final Deque<Difference> waiting = new ArrayDeque<>();
  private final Map<Owner, Workload> workloads = new HashMap<>();
  private final Map<EvictionResult, LongAdder> counts = new EnumMap<>(EvictionResult.class);
  private long evictedNanos;

  /**
   * Evicts nothing yet.
   *
   * @param again looks at pods again
   * @param perMinute at most so many pods
   */
  Evictions(ApiObjects api, SecondLook again, int perMinute, LongSupplier nanoTime) {
    this.api = api;
    this.again = again;
    this.spacing = Duration.ofMinutes(1).dividedBy(perMinute);
    this.nanoTime = nanoTime;
    this.evictedNanos = nanoTime.getAsLong() - spacing.toNanos();
    for (EvictionResult result : EvictionResult.values()) {
      counts.put(result, new LongAdder());
    }
  }

  /** Looks at pods again. */
  @FunctionalInterface
  interface SecondLook {
    /** Takes the pods of a Namespace that differ now. */
    void look(String namespace, Consumer<Difference> differing) throws UnusableContentException;
  }

  /** What is known of a workload. */
  private static final class Workload {
    /** When the youngest was created of the pods that the audit found before the first eviction. */
    private Instant youngest = Instant.EPOCH;

    private Optional<Long> evictedNanos = Optional.empty();
    private boolean helpless;
  }

  /** Forgets the pods of the last audit. */
  void clear() {
    waiting.clear();
    long now = nanoTime.getAsLong();
    workloads
        .values()
        .removeIf(workload ->
            workload
                .evictedNanos
                .map(evicted -> now - evicted > REMEMBERED.toNanos())
                .orElse(true));
  }

  /** Takes a pod that an audit found, if it is one to be evicted. */
  void offer(Difference pod) {
    if (!mayHelp(pod)) {
      return;
    }
    if (workloads.containsKey(pod.owner()) || workloads.size() < MOST_WORKLOADS) {
      observe(pod, workloads.computeIfAbsent(pod.owner(), _ -> new Workload()));
      if (waiting.size() < MOST_PODS) {
        waiting.add(pod);
      }
    }
  }

  private static void observe(Difference pod, Workload workload) {
    if (workload.evictedNanos.isEmpty()) {
      workload.youngest =
          pod.created().isAfter(workload.youngest) ? pod.created() : workload.youngest;
    } else if (pod.created().isAfter(workload.youngest) && !workload.helpless) {
      workload.helpless = true;
      LOG.warn(
          "pods of {} in namespace {} are not evicted for a day: pod {}, made after an eviction, {}",
          pod.owner().title(),
          pod.namespace(),
          pod.pod(),
          pod.state().words());
    }
  }

  private static boolean mayHelp(Difference pod) {
    boolean lacks = pod.state() == PodState.MISSING || pod.state() == PodState.PARTLY;
    return lacks
        && pod.owner().replaces()
        && pod.causes().stream().noneMatch(cause -> cause.code().mayLast());
  }

  /** Whether pods wait. */
  boolean waiting() {
    return !waiting.isEmpty();
  }

  /** The time between two evictions. */
  Duration spacing() {
    return spacing;
  }

  /** How many ended so. */
  long count(EvictionResult result) {
    return counts.getOrDefault(result, new LongAdder()).sum();
  }

  /**
   * Evicts the next pod, if it is time for one.
   *
   * @return the pod, if it is evicted now
   * @throws UnusableContentException if the API server does not answer, or for another reason than
   *     a budget does not evict
   */
  Optional<Difference> next() throws UnusableContentException {
    long now = nanoTime.getAsLong();
    if (now - evictedNanos < spacing.toNanos()) {
      return Optional.empty();
    }
    Iterator<Difference> pods = waiting.iterator();
    while (pods.hasNext()) {
      Difference pod = pods.next();
      Workload workload = workloads.get(pod.owner());
      if (workload == null || workload.helpless) {
        pods.remove();
      } else if (workload
          .evictedNanos
          .map(evicted -> now - evicted >= BETWEEN_PODS.toNanos())
          .orElse(true)) {
        pods.remove();
        evictedNanos = now;
        return stillDue(pod, workload) ? evict(pod, workload, now) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Looks again: what the audit found may be an hour old. */
  private boolean stillDue(Difference pod, Workload workload) throws UnusableContentException {
    AtomicBoolean found = new AtomicBoolean();
    again.look(
        pod.namespace(),
        now -> {
          if (now.owner().equals(pod.owner()) && mayHelp(now)) {
            observe(now, workload);
            found.compareAndSet(false, now.uid().equals(pod.uid()));
          }
        });
    return found.get() && !workload.helpless;
  }

  private Optional<Difference> evict(Difference pod, Workload workload, long now)
      throws UnusableContentException {
    EvictionResult result;
    try {
      result = evict(pod);
    } catch (UnusableContentException e) {
      count(pod, EvictionResult.FAILED);
      throw e;
    }
    count(pod, result);
    if (result != EvictionResult.EVICTED) {
      return Optional.empty();
    }
    workload.evictedNanos = Optional.of(now);
    return Optional.of(pod);
  }

  private void count(Difference pod, EvictionResult result) {
    counts.computeIfAbsent(result, _ -> new LongAdder()).increment();
    LOG.info(
        "eviction of pod {} of {} in namespace {}: {}",
        pod.pod(),
        pod.owner().title(),
        pod.namespace(),
        result.code());
  }

  private EvictionResult evict(Difference pod) throws UnusableContentException {
    try {
      api.create(
          "/api/v1/namespaces/%s/pods/%s/eviction".formatted(pod.namespace(), pod.pod()),
          eviction(pod));
      return EvictionResult.EVICTED;
    } catch (RefusedException refused) {
      return switch (refused.code()) {
        case TOO_MANY_REQUESTS -> EvictionResult.REFUSED;
        case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT ->
            EvictionResult.GONE;
        default ->
            throw new UnusableContentException(
                "the API server does not evict pod %s of namespace %s: %s"
                    .formatted(pod.pod(), pod.namespace(), refused.getMessage()),
                refused);
      };
    }
  }

  /** The UID keeps a namesake safe that a StatefulSet has made meanwhile. */
  private static JsonNode eviction(Difference pod) {
    var eviction = JSON.createObjectNode().put("apiVersion", "policy/v1").put("kind", "Eviction");
    eviction.putObject("metadata").put("name", pod.pod()).put("namespace", pod.namespace());
    eviction.putObject("deleteOptions").putObject("preconditions").put("uid", pod.uid());
    return eviction;
  }
}
