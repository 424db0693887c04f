package io.webidentity.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A cluster of its own: the shared one may be somebody's, and others use it. */
@Tag("cluster")
class ApiServerRestartTest {
  @Test
  void the_api_server_is_gone_while_stopped_and_has_its_data_after_a_restart() {
    try (TestCluster cluster = new TestCluster(ControlPlane.startOwn())) {
      String namespace = cluster.newNamespace();

      cluster.stopApiServer();
      assertThatThrownBy(() -> cluster.client().namespaces().list())
          .isInstanceOf(KubernetesClientException.class);

      cluster.startApiServer();
      assertThat(cluster.client().namespaces().withName(namespace).get()).isNotNull();
    }
  }
}
