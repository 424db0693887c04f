package io.webidentity.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.ContainerPort;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/** Holds {@code make test-containers} to its name; part of no other run. */
@RealCluster
@Tag("container")
class ContainerControlPlaneTest {
  @Test
  void the_api_server_of_this_run_answers_at_a_port_of_a_container(TestCluster cluster) {
    assertThat(
            DockerClientFactory.instance()
                .client()
                .listContainersCmd()
                .withLabelFilter(DockerClientFactory.DEFAULT_LABELS)
                .exec())
        .flatExtracting(container -> Arrays.asList(container.getPorts()))
        .extracting(ContainerPort::getPublicPort)
        .contains(cluster.apiServer().getPort());
  }

  @Test
  void the_api_server_of_this_run_calls_webhooks_across_the_bridge(TestCluster cluster) {
    assertThat(cluster.webhookHost()).isEqualTo("host.docker.internal");
  }
}
