package io.webidentity.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.account.AccountKey;
import io.webidentity.injection.ContainerCredentialsSettings;
import io.webidentity.testing.cluster.InstalledWebhook;
import io.webidentity.testing.cluster.PodApi;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.pod.GoldenCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Every golden case of ephemeral containers on a real API server: it creates the pod, takes the
 * update, and has the environment and mounts of the golden result in the end.
 */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EphemeralCorpusClusterTest {
  private final InstalledWebhook webhook;
  private final PodApi pods;

  EphemeralCorpusClusterTest(TestCluster cluster) {
    this.webhook = InstalledWebhook.with(cluster, "--inject-ephemeral-containers");
    this.pods = new PodApi(cluster);
    AccountKey account = new AccountKey(webhook.namespace(), GoldenCase.SERVICE_ACCOUNT);
    cluster.client().resource(Workloads.account(account, Map.of())).create();
  }

  @AfterAll
  void stop() {
    webhook.close();
  }

  @TestFactory
  Stream<DynamicTest> every_golden_update_has_its_result() {
    return GoldenCase.ephemeral().stream()
        .filter(GoldenCase::acceptedByApiServer)
        // Containers that came before the webhook cannot be added while it is there.
        .filter(golden -> golden.storedPod().at("/spec/ephemeralContainers").isEmpty())
        .filter(golden ->
            golden.settings().containerCredentials().equals(ContainerCredentialsSettings.DEFAULT))
        .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> check(golden)));
  }

  private void check(GoldenCase golden) {
    ObjectNode stored = golden.pod().deepCopy();
    ((ObjectNode) stored.path("spec")).remove("ephemeralContainers");
    JsonNode pod = accepted(pods.create(webhook.namespace(), stored));
    JsonNode wanted = golden.pod().at("/spec/ephemeralContainers");
    JsonNode updated =
        accepted(pods.updateEphemeralContainers(webhook.namespace(), with(pod, wanted)));

    assertThat(environments(updated)).isEqualTo(environments(golden.expectedPod()));
  }

  private static JsonNode accepted(PodApi.Answer answer) {
    assertThat(answer.accepted()).as(answer.message()).isTrue();
    return answer.body();
  }

  private static JsonNode with(JsonNode pod, JsonNode ephemeralContainers) {
    ObjectNode changed = pod.deepCopy();
    ((ObjectNode) changed.path("spec")).set("ephemeralContainers", ephemeralContainers);
    return changed;
  }

  /** Names, variables and mounts, as an API server writes them. */
  private static List<String> environments(JsonNode pod) {
    List<String> environments = new ArrayList<>();
    for (JsonNode container : pod.at("/spec/ephemeralContainers")) {
      environments.add(container.path("name").asText());
      for (JsonNode variable : container.path("env")) {
        ObjectNode written = variable.deepCopy();
        if (written.path("value").asText().isEmpty()) {
          written.remove("value");
        }
        environments.add(written.toString());
      }
      for (JsonNode mount : container.path("volumeMounts")) {
        environments.add(
            mount.path("name").asText()
                + " at "
                + mount.path("mountPath").asText()
                + (mount.path("readOnly").asBoolean() ? ", read-only" : ""));
      }
    }
    return environments;
  }
}
