package io.webidentity.testing.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@RealNode
class NodeTest {
  private final TestNode node;

  NodeTest(TestNode node) {
    this.node = node;
  }

  @Test
  void a_pod_runs_and_its_log_can_be_read() {
    String namespace = node.cluster().newNamespace();
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName("greeter")
            .endMetadata()
            .withNewSpec()
            .withRestartPolicy("Never")
            .addNewContainer()
            .withName("greeter")
            .withImage(TestNode.BUSYBOX)
            .withCommand("/bin/sh", "-c", "echo hello; hostname")
            .endContainer()
            .endSpec()
            .build();
    node.cluster().client().resource(pod).create();

    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> node.cluster().client().resource(pod).get().getStatus().getPhase(),
            "Succeeded"::equals);

    assertThat(node.cluster().client().pods().inNamespace(namespace).withName("greeter").getLog())
        .isEqualTo("hello\ngreeter\n");
  }
}
