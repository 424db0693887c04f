package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.account.AccountKey;
import io.webidentity.cli.ProgramRun;
import io.webidentity.testing.Screen;
import io.webidentity.testing.cluster.Deployments;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.TestNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** Pods that were created without credentials: found, explained, and healed by eviction. */
@OnRealNode
class UninjectedPodsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path EXPLAIN = Path.of("docs", "explain.md");
  private static final Path TROUBLESHOOT = Path.of("docs", "troubleshoot.md");
  private static final String ROLE = "arn:aws:iam::111122223333:role/late";

  private final TestNode node;
  private final TestCluster cluster;
  private final KubernetesClient client;

  UninjectedPodsTest(TestNode node) {
    this.node = node;
    this.cluster = node.cluster();
    this.client = cluster.client();
  }

  @Test
  void who_went_without_is_found_and_told_why_and_a_deployment_is_healed() throws Exception {
    try (ChartInstallation webhook =
        ChartInstallation.of(
            node,
            Helm.of(node),
            "--set=certificate.source=builtIn",
            "--set=webhook.failurePolicy=Ignore",
            "--set=audit.interval=1m",
            "--set=audit.evictionsPerMinute=60")) {
      AccountKey early = webhook.newAccount();
      AccountKey late = new AccountKey(early.namespace(), "late");
      // Of an object without any label or annotation, the API server never tracks who changes it.
      cluster.createAccount(late, Map.of("team", "orders"));
      Pod beforeAnnotation = client.resource(named("before-annotation", late)).create();
      Pod right = client.resource(ChartInstallation.pod(early)).create();
      webhook.deployment().scale(0);
      await().until(() -> !webhook.isInjected(early));
      Pod bare = client.resource(named("by-hand", early)).create();
      Pod optedOut = client.resource(UnaffectedPods.optedOut(early)).create();
      client.resource(Deployments.of(early, ChartInstallation.pod(early).getSpec(), 1)).create();
      await().until(() -> Deployments.pods(client, early).size() == 1);
      Pod away = Deployments.pods(client, early).getFirst();
      cluster.annotateAfter(beforeAnnotation, late, ROLE);

      Cli cli = new Cli(cluster.kubeconfig(), early.namespace());
      assertThat(cli.audit())
          .containsExactlyInAnyOrder(
              tuple("Deployment", early.name(), "missing", "no_answer_ignored"),
              tuple("Pod", name(bare), "missing", "no_answer_ignored"),
              tuple("Pod", name(beforeAnnotation), "missing", "created_before_annotation"));
      Screen screen =
          new Screen(
              Map.of(
                  early.namespace(),
                  "shop",
                  webhook.namespace(),
                  "web-identity",
                  name(away),
                  "reports-5484f85c4d-k7ktq"));
      screen.show(EXPLAIN, "webhook audit -n shop", cli.text(1, "audit"));
      screen.show(
          EXPLAIN,
          "webhook explain pod/reports-5484f85c4d-k7ktq -n shop",
          cli.text(1, "explain", "pod/" + name(away)));
      assertThat(cli.explain(away, 1)).isEqualTo("missing: no_answer_ignored");
      assertThat(cli.explain(bare, 1)).isEqualTo("missing: no_answer_ignored");
      assertThat(cli.explain(beforeAnnotation, 1)).isEqualTo("missing: created_before_annotation");
      assertThat(cli.explain(right, 0)).isEqualTo("as_decided: ");
      assertThat(cli.explain(optedOut, 0)).isEqualTo("as_decided: ");

      webhook.deployment().scale(2);
      webhook.awaitRolledOut();
      await()
          .untilAsserted(() ->
              assertThat(Deployments.pods(client, early))
                  .singleElement()
                  .matches(ChartInstallation::hasCredentials));
      screen.show(
          TROUBLESHOOT,
          "webhook doctor -n shop --service-account reports",
          cli.text(0, "doctor", "--service-account", early.name()));
      assertThat(cli.audit())
          .as("bare pods stay: nobody would make them again")
          .extracting(row -> row.toList().get(1))
          .containsExactlyInAnyOrder(name(bare), name(beforeAnnotation));
    }
  }

  /** The program, as somebody runs it who looks after the cluster. */
  private record Cli(Path kubeconfig, String namespace) {
    /** Kind and name of each workload, with state and cause of its pods. */
    List<Tuple> audit() throws JsonProcessingException {
      return json(1, "audit")
          .path("workloads")
          .valueStream()
          .map(row ->
              tuple(
                  row.path("kind").asText(),
                  row.path("name").asText(),
                  row.path("state").asText(),
                  row.path("cause").asText()))
          .toList();
    }

    String explain(Pod pod, int exitCode) throws JsonProcessingException {
      JsonNode running = json(exitCode, "explain", "pod/" + name(pod)).at("/0/running");
      return running.path("state").asText() + ": " + running.at("/causes/0/cause").asText();
    }

    private JsonNode json(int exitCode, String... words) throws JsonProcessingException {
      return JSON.readTree(
          text(
              exitCode,
              Stream.concat(Stream.of(words), Stream.of("-o", "json")).toArray(String[]::new)));
    }

    String text(int exitCode, String... words) {
      ProgramRun run =
          ProgramRun.of(
              Stream.concat(
                      Stream.of(words),
                      Stream.of("-n", namespace, "--kubeconfig", kubeconfig.toString()))
                  .toArray(String[]::new));
      assertThat(run.exitCode()).as(run.err() + run.out()).isEqualTo(exitCode);
      return run.out();
    }
  }

  private static Pod named(String name, AccountKey account) {
    return ChartInstallation.pod(account)
        .edit()
        .editMetadata()
        .withName(name)
        .endMetadata()
        .build();
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getName();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofMinutes(4)).pollInterval(Duration.ofMillis(100));
  }
}
