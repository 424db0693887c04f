package io.webidentity.chart;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.node.TestNode;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pods of an annotated ServiceAccount, created at a constant rate whatever becomes of them, and
 * counted by what they got. A scheduling gate keeps them from running.
 */
final class PodStream implements AutoCloseable {
  private static final int PER_SECOND = 50;

  /** An API server that waits for a webhook holds a writer for seconds. */
  private static final int WRITERS = 64;

  private final KubernetesClient client;
  private final AccountKey account;
  private final AtomicInteger names = new AtomicInteger();
  private final AtomicInteger injected = new AtomicInteger();
  private final AtomicInteger missed = new AtomicInteger();
  private final AtomicInteger rejected = new AtomicInteger();
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);

  /** Starts to create pods of an account that exists. */
  PodStream(KubernetesClient client, AccountKey account) {
    this.client = client;
    this.account = account;
    long period = Duration.ofSeconds(1).dividedBy(PER_SECOND).toNanos();
    Future<?> _ = clock.scheduleAtFixedRate(this::submit, 0, period, TimeUnit.NANOSECONDS);
  }

  private void submit() {
    Future<?> _ = writers.submit(this::create);
  }

  private void create() {
    Pod pod = pod();
    try {
      Pod created = client.resource(pod).create();
      boolean hasCredentials =
          created.getSpec().getContainers().getFirst().getEnv().stream()
              .anyMatch(variable -> variable.getName().equals("AWS_ROLE_ARN"));
      (hasCredentials ? injected : missed).incrementAndGet();
    } catch (KubernetesClientException e) {
      rejected.incrementAndGet();
      problems.add(String.valueOf(e.getMessage()));
    }
  }

  private Pod pod() {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(account.namespace())
        .withName("stream-" + names.incrementAndGet())
        .endMetadata()
        .withNewSpec()
        .withServiceAccountName(account.name())
        .addNewSchedulingGate("webhook.test/never")
        .addNewContainer()
        .withName("app")
        .withImage(TestNode.BUSYBOX)
        .endContainer()
        .endSpec()
        .build();
  }

  /** Pods that were created or refused so far. */
  int ended() {
    return injected.get() + missed.get() + rejected.get();
  }

  /**
   * Ends the stream and waits for the pods under way.
   *
   * @return what became of all of them
   */
  Counts stop() {
    close();
    return new Counts(
        injected.get(),
        missed.get(),
        rejected.get(),
        problems.stream().distinct().limit(5).toList());
  }

  @Override
  public void close() {
    clock.close();
    writers.close();
  }

  /**
   * What became of the pods of a stream.
   *
   * @param injected created with credentials
   * @param missed created without
   * @param rejected not created
   * @param problems why not, some of the reasons
   */
  record Counts(int injected, int missed, int rejected, java.util.List<String> problems) {
    @Override
    public String toString() {
      return "%d pods with credentials, %d without, %d refused %s"
          .formatted(injected, missed, rejected, problems);
    }
  }
}
