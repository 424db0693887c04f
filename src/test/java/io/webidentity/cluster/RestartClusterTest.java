package io.webidentity.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.InstalledWebhook;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.server.WebhookProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * The webhook goes away and comes back while pods are created, in a cluster large enough that
 * reading its accounts takes a while: whatever it answers before it knows them all must be right.
 */
@RealCluster
class RestartClusterTest {
  private static final int ACCOUNTS = 20_000;
  private static final int WRITERS = 8;
  private static final int PODS_BETWEEN = 40;
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private final TestCluster cluster;
  private final KubernetesClient client;
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger rejected = new AtomicInteger();
  private final AtomicInteger missed = new AtomicInteger();
  private volatile boolean stop;

  RestartClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
  }

  @Test
  void no_pod_goes_without_credentials_while_the_webhook_restarts() throws Exception {
    try (InstalledWebhook webhook = InstalledWebhook.with(cluster);
        ExecutorService creators = Executors.newFixedThreadPool(WRITERS)) {
      List<AccountKey> accounts = makeAccounts(webhook.namespace(), creators);
      Future<?> knownAccounts = creators.submit(() -> createPods(accounts));
      Future<?> newAccounts = creators.submit(() -> createPodsOfNewAccounts(webhook.namespace()));
      try {
        awaitMorePods();
        restart(webhook.process(), webhook.process()::kill);
        restart(webhook.process(), webhook.process()::terminate);
        restart(webhook.process(), webhook.process()::kill);
      } finally {
        stop = true;
      }
      knownAccounts.get();
      newAccounts.get();
    }
    System.out.printf(
        "restarts: %d pods created, %d creations rejected and tried again, %d without credentials%n",
        made.get(), rejected.get(), missed.get());
    assertThat(missed).hasValue(0);
    assertThat(rejected).as("pods were created while the webhook was away").hasPositiveValue();
  }

  /** Pods are created before, while it is away, while it reads, and when it is ready. */
  private void restart(WebhookProcess process, Runnable end) {
    end.run();
    int before = rejected.get();
    Awaitility.await().atMost(DEADLINE).until(() -> rejected.get() > before || missed.get() > 0);
    process.launch();
    awaitMorePods();
    process.awaitReady();
    awaitMorePods();
  }

  private void awaitMorePods() {
    int before = made.get();
    Awaitility.await().atMost(DEADLINE).until(() -> made.get() >= before + PODS_BETWEEN);
  }

  private List<AccountKey> makeAccounts(String namespace, ExecutorService writers)
      throws InterruptedException, ExecutionException {
    List<AccountKey> accounts =
        IntStream.range(0, ACCOUNTS)
            .mapToObj(i -> new AccountKey(namespace, cluster.newName("app")))
            .toList();
    List<Future<?>> written =
        accounts.stream()
            .<Future<?>>map(account ->
                writers.submit(() -> client.resource(Workloads.annotated(account)).create()))
            .toList();
    for (Future<?> account : written) {
      account.get();
    }
    return accounts;
  }

  private void createPods(List<AccountKey> accounts) {
    while (!stop) {
      create(accounts.get(ThreadLocalRandom.current().nextInt(accounts.size())));
    }
  }

  private void createPodsOfNewAccounts(String namespace) {
    while (!stop) {
      AccountKey account = new AccountKey(namespace, cluster.newName("app"));
      client.resource(Workloads.annotated(account)).create();
      create(account);
    }
  }

  /** Creates a pod as a controller does: again until it works. */
  private void create(AccountKey account) {
    Awaitility.await()
        .atMost(DEADLINE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> stop || created(account));
  }

  private boolean created(AccountKey account) {
    try {
      Pod pod = client.pods().resource(Workloads.pod(account)).create();
      made.incrementAndGet();
      if (!Workloads.hasCredentials(pod, account)) {
        missed.incrementAndGet();
      }
      return true;
    } catch (KubernetesClientException e) {
      if (!String.valueOf(e.getMessage()).contains("failed calling webhook")) {
        throw e;
      }
      rejected.incrementAndGet();
      return false;
    }
  }
}
