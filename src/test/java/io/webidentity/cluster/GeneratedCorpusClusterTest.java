package io.webidentity.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.InstalledWebhook;
import io.webidentity.testing.cluster.PodApi;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.pod.GoldenCase;
import io.webidentity.testing.pod.PodGenerator;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Generated pods, sent to the API server: what it accepts it must accept injected as well. */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GeneratedCorpusClusterTest {
  private static final long PODS = 400;

  private final TestCluster cluster;
  private final PodApi pods;
  private final InstalledWebhook webhook;
  private final String outside;

  GeneratedCorpusClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.pods = new PodApi(cluster);
    this.outside = cluster.newNamespace();
    this.webhook = InstalledWebhook.with(cluster, "--aws-default-region=eu-central-1");
  }

  @BeforeAll
  void makeAccounts() {
    for (String namespace : List.of(webhook.namespace(), outside)) {
      cluster
          .client()
          .resource(Workloads.annotated(new AccountKey(namespace, GoldenCase.SERVICE_ACCOUNT)))
          .create();
    }
  }

  @AfterAll
  void stop() {
    webhook.close();
  }

  static LongStream seeds() {
    return LongStream.range(0, PODS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void an_injected_pod_is_accepted_and_has_lost_nothing(long seed) {
    ObjectNode pod = PodGenerator.apiValid(seed);
    // The API server's own token has a volume with a random name, which could not be compared.
    ((ObjectNode) pod.get("spec")).put("automountServiceAccountToken", false);

    PodApi.Answer without = pods.dryRun(outside, pod);
    PodApi.Answer with = pods.dryRun(webhook.namespace(), pod);

    assertThat(without.accepted()).as(without.message()).isTrue();
    assertThat(with.accepted()).as(with.message()).isTrue();
    assertThat(missing(without.body().path("spec"), with.body().path("spec"))).isFalse();
    assertInjectedAgainTheSame(pod, with.body().path("spec"));
  }

  private void assertInjectedAgainTheSame(ObjectNode pod, JsonNode injected) {
    PodApi.Answer again =
        pods.dryRun(webhook.namespace(), pod.deepCopy().set("spec", injected.deepCopy()));
    assertThat(again.accepted()).as(again.message()).isTrue();
    assertThat(again.body().path("spec")).isEqualTo(injected);
  }

  /** Whether anything of a value is not in another: fields by name, elements in their order. */
  private static boolean missing(JsonNode part, JsonNode whole) {
    if (part.isObject() && whole.isObject()) {
      return part.properties().stream()
          .anyMatch(field -> missing(field.getValue(), whole.path(field.getKey())));
    }
    if (part.isArray() && whole.isArray()) {
      int found = 0;
      for (int i = 0; i < whole.size() && found < part.size(); i++) {
        if (!missing(part.get(found), whole.get(i))) {
          found++;
        }
      }
      return found < part.size();
    }
    return !part.equals(whole);
  }
}
