package io.webidentity.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.ApiServerProxy;
import io.webidentity.testing.cluster.InstalledWebhook;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.RequestKind;
import io.webidentity.testing.cluster.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * An account and its pod made back to back, as every deployment tool does: the pod must not depend
 * on whether the account has reached the webhook's informer.
 */
@RealCluster
class BackToBackClusterTest {
  private static final int PAIRS = 300;

  /** Makers at the same time: pairs also get between the account and the pod of others. */
  private static final int MAKERS = 6;

  private final TestCluster cluster;
  private final KubernetesClient client;

  BackToBackClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
  }

  @Test
  void no_pod_is_missed_while_the_informer_is_held_back() throws Exception {
    try (ApiServerProxy proxy = cluster.webhookProxy();
        InstalledWebhook webhook = InstalledWebhook.with(cluster, proxy.kubeconfig())) {
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> proxy.count(RequestKind.WATCH) > 0);
      proxy.holdWatches();
      int lists = proxy.count(RequestKind.LIST);

      List<Boolean> injected = makePairs(webhook.namespace());

      assertThat(injected).hasSize(PAIRS).doesNotContain(false);
      assertThat(proxy.count(RequestKind.LIST)).isEqualTo(lists);
      assertThat(proxy.count(RequestKind.GET)).isGreaterThanOrEqualTo(PAIRS);
      Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> proxy.heldBack() == 1);
    }
  }

  @Test
  void no_pod_is_missed_while_the_informer_runs() throws Exception {
    try (InstalledWebhook webhook = InstalledWebhook.with(cluster)) {
      assertThat(makePairs(webhook.namespace())).hasSize(PAIRS).doesNotContain(false);
    }
  }

  private List<Boolean> makePairs(String namespace)
      throws InterruptedException, ExecutionException {
    try (ExecutorService makers = Executors.newFixedThreadPool(MAKERS)) {
      List<Future<Boolean>> made =
          IntStream.range(0, PAIRS)
              .mapToObj(i -> makers.submit(() -> makePair(namespace)))
              .toList();
      for (Future<Boolean> pair : made) {
        pair.get();
      }
      return made.stream().map(Future::resultNow).toList();
    }
  }

  private boolean makePair(String namespace) {
    AccountKey account = new AccountKey(namespace, cluster.newName("app"));
    client.resource(Workloads.annotated(account)).create();
    Pod pod = client.pods().resource(Workloads.pod(account)).create();
    return Workloads.hasCredentials(pod, account);
  }
}
