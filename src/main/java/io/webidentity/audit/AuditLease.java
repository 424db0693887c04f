package io.webidentity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.config.AuditSettings;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.kubernetes.ApiObjects.RefusedException;
import io.webidentity.watch.UnusableContentException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Whose turn it is among the replicas, by a <a
 * href="https://kubernetes.io/docs/concepts/architecture/leases/">Lease</a>. Its holder renews it.
 * Others take it when it has not changed for its duration by their own clock, so that clocks need
 * not agree. It has no thread: the caller makes the requests.
 */
final class AuditLease {
  /** Until another replica takes over from one that vanished. */
  static final Duration DURATION = Duration.ofSeconds(60);

  /** A holder that could not renew for so long stops before another one begins. */
  private static final Duration SURE = Duration.ofSeconds(40);

  /** Between two renewals. */
  private static final Duration RENEWAL = Duration.ofSeconds(10);

  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ApiObjects api;
  private final String collection;
  private final String name;
  private final String holder;
  private final LongSupplier nanoTime;
  private final InstantSource clock;

  /** When this replica last wrote that it holds the Lease. */
  private Optional<Long> renewedNanos = Optional.empty();

  private String acquired = "";
  private String seenVersion = "";
  private long seenNanos;

  /**
   * Not held.
   *
   * @param api with a timeout far below the Lease's duration
   * @param holder names this replica, and no other nor an earlier start of it
   */
  AuditLease(
      ApiObjects api,
      AuditSettings settings,
      String holder,
      LongSupplier nanoTime,
      InstantSource clock) {
    this.api = api;
    this.collection =
        "/apis/coordination.k8s.io/v1/namespaces/%s/leases".formatted(settings.namespace());
    this.name = settings.lease();
    this.holder = holder;
    this.nanoTime = nanoTime;
    this.clock = clock;
  }

  /**
   * Renews the Lease, or takes it if nobody holds it.
   *
   * @return whether it is this replica's turn
   * @throws UnusableContentException if that is not known, as the API server does not answer
   */
  boolean take() throws UnusableContentException {
    if (renewedWithin(RENEWAL)) {
      return true;
    }
    try {
      Optional<JsonNode> found = api.find(path());
      long now = nanoTime.getAsLong();
      if (found.isEmpty()) {
        wrote(api.create(collection, lease("")), now);
        return true;
      }
      if (isFree(found.get(), now)) {
        wrote(api.replace(path(), lease(version(found.get()))), now);
        return true;
      }
      renewedNanos = Optional.empty();
      return false;
    } catch (RefusedException refused) {
      if (refused.code() == HttpURLConnection.HTTP_CONFLICT) {
        renewedNanos = Optional.empty(); // Another replica was first.
        return false;
      }
      throw new UnusableContentException(
          "Lease %s cannot be written: %s".formatted(name, refused.getMessage()), refused);
    }
  }

  /** Whether it is surely this replica's turn, without asking. */
  boolean held() {
    return renewedWithin(SURE);
  }

  /** Lets another replica have its turn at once. */
  void release() throws UnusableContentException {
    if (held()) {
      ObjectNode free = lease(seenVersion);
      ((ObjectNode) free.path("spec")).put("holderIdentity", "").put("leaseDurationSeconds", 1);
      try {
        JsonNode _ = api.replace(path(), free);
      } catch (RefusedException _) {
        // Another replica has it already, or it is gone.
      }
    }
    renewedNanos = Optional.empty();
  }

  private boolean renewedWithin(Duration age) {
    return renewedNanos.filter(nanos -> nanoTime.getAsLong() - nanos < age.toNanos()).isPresent();
  }

  private boolean isFree(JsonNode lease, long now) {
    if (!version(lease).equals(seenVersion)) {
      seenVersion = version(lease);
      seenNanos = now;
    }
    String other = lease.path("spec").path("holderIdentity").asText("");
    return other.isEmpty() || other.equals(holder) || now - seenNanos >= DURATION.toNanos();
  }

  /** The Lease counts from before the request: others count from when they see it. */
  private void wrote(JsonNode lease, long now) {
    seenVersion = version(lease);
    seenNanos = now;
    renewedNanos = Optional.of(now);
  }

  private String path() {
    return collection + "/" + name;
  }

  private static String version(JsonNode lease) {
    return lease.path("metadata").path("resourceVersion").asText("");
  }

  private ObjectNode lease(String version) {
    ObjectNode lease = JSON.createObjectNode();
    lease.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    ObjectNode metadata = lease.putObject("metadata").put("name", name);
    if (!version.isEmpty()) {
      metadata.put("resourceVersion", version);
    }
    String now = MICRO_TIME.format(clock.instant());
    if (!held()) {
      acquired = now;
    }
    lease
        .putObject("spec")
        .put("holderIdentity", holder)
        .put("leaseDurationSeconds", (int) DURATION.toSeconds())
        .put("acquireTime", acquired)
        .put("renewTime", now);
    return lease;
  }
}
