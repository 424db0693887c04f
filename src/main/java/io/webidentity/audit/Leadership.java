package io.webidentity.audit;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.webidentity.config.AuditSettings;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is among the replicas, by a <a
 * href="https://kubernetes.io/docs/concepts/architecture/leases/">Lease</a>. One that stops gives
 * it up.
 */
final class Leadership implements AutoCloseable {
  /** Until another replica takes over from one that vanished. */
  private static final Duration LEASE = Duration.ofSeconds(60);

  private static final Duration RENEW_DEADLINE = Duration.ofSeconds(40);
  private static final Duration RETRY = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final LeaderElectionConfig config;
  private @Nullable CompletableFuture<?> election;
  private volatile boolean held;

  /**
   * Takes no part yet.
   *
   * @param client is closed with this
   * @param instance name of this replica
   */
  Leadership(KubernetesClient client, AuditSettings settings, String instance) {
    this.client = client;
    // A pod that is started again has the same name, and must not take itself for its predecessor.
    String identity = instance + "_" + UUID.randomUUID();
    this.config =
        new LeaderElectionConfigBuilder()
            .withName(settings.lease())
            .withLock(new LeaseLock(settings.namespace(), settings.lease(), identity))
            .withLeaseDuration(LEASE)
            .withRenewDeadline(RENEW_DEADLINE)
            .withRetryPeriod(RETRY)
            .withReleaseOnCancel(true)
            .withLeaderCallbacks(
                new LeaderCallbacks(() -> held = true, () -> held = false, _ -> {}))
            .build();
  }

  /** Whether it is this replica's turn. Takes part from the first call on. */
  synchronized boolean held() {
    CompletableFuture<?> running = election;
    // An election ends when the Lease is lost, or its thread to an Error.
    if (running == null || running.isDone()) {
      held = false;
      election = client.leaderElector().withConfig(config).build().start();
    }
    return held;
  }

  @Override
  public synchronized void close() {
    if (election != null) {
      election.cancel(true);
    }
    client.close();
  }
}
