package io.webidentity.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Secret of the built-in certificates, with the rights of the chart and no more. */
@RealCluster
class ClusterCertificateSecretClusterTest {
  private static final String NAME = "webhook-tls";
  private static final int ROUNDS = 20;

  private final TestCluster cluster;
  private final KubernetesClient administrator;
  private String namespace;
  private BuiltInRights rights;
  private KubernetesClient client;
  private ClusterCertificateSecret secret;

  ClusterCertificateSecretClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.administrator = cluster.client();
  }

  @BeforeEach
  void connect() {
    namespace = cluster.newNamespace();
    rights = new BuiltInRights(cluster, namespace);
    client = rights.client();
    secret = new ClusterCertificateSecret(client, new NamespacedName(namespace, NAME));
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @Test
  void the_data_is_replaced_and_everything_else_stays() throws Exception {
    grantAll();
    Secret before = create();

    CertificateSecret.Snapshot empty = secret.read();
    assertThat(empty.data()).isEmpty();
    assertThat(secret.replace(empty, data("first"))).isTrue();

    CertificateSecret.Snapshot filled = secret.read();
    assertThat(filled.data()).containsOnlyKeys("tls.crt");
    assertThat(filled.data().get("tls.crt")).asString().isEqualTo("first");
    Secret after = administrator.resource(before).get();
    assertThat(after.getMetadata().getLabels()).isEqualTo(before.getMetadata().getLabels());
    assertThat(after.getMetadata().getAnnotations())
        .isEqualTo(before.getMetadata().getAnnotations());
    assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
    assertThat(after.getType()).isEqualTo("Opaque");
  }

  @Test
  void of_two_writers_that_saw_the_same_the_second_one_yields() throws Exception {
    grantAll();
    create();
    CertificateSecret.Snapshot seen = secret.read();

    assertThat(secret.replace(seen, data("first"))).isTrue();
    assertThat(secret.replace(seen, data("second"))).isFalse();

    assertThat(secret.read().data().get("tls.crt")).asString().isEqualTo("first");
  }

  @Test
  void of_two_writers_at_the_same_time_exactly_one_writes() throws Exception {
    grantAll();
    create();
    try (ExecutorService writers = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < ROUNDS; round++) {
        CertificateSecret.Snapshot seen = secret.read();
        Callable<Boolean> writer = () -> secret.replace(seen, data(UUID.randomUUID().toString()));

        List<Future<Boolean>> written = writers.invokeAll(List.of(writer, writer));

        assertThat(written.get(0).get()).isNotEqualTo(written.get(1).get());
      }
    }
  }

  @Test
  void a_secret_that_was_deleted_meanwhile_is_not_made_anew() throws Exception {
    grantAll();
    Secret made = create();
    CertificateSecret.Snapshot seen = secret.read();
    administrator.resource(made).delete();

    assertThat(secret.replace(seen, data("first"))).isFalse();

    assertThat(administrator.resource(made).get()).isNull();
  }

  @Test
  void a_secret_that_is_not_there_is_named() {
    grantAll();

    assertThatThrownBy(() -> secret.read())
        .isInstanceOf(ClusterStateException.class)
        .hasMessage(
            "Secret %s/%s does not exist; create it empty, as the chart does", namespace, NAME);
  }

  @Test
  void a_missing_right_to_read_is_named() {
    create();

    assertThatThrownBy(() -> secret.read())
        .isInstanceOf(ClusterStateException.class)
        .hasMessage(
            "Secret %s/%s cannot be read (not allowed; grant get on this Secret)", namespace, NAME);
  }

  @Test
  void a_missing_right_to_write_is_named() throws Exception {
    rights.onSecret(NAME, "get");
    create();
    CertificateSecret.Snapshot seen = secret.read();

    assertThatThrownBy(() -> secret.replace(seen, data("first")))
        .isInstanceOf(ClusterStateException.class)
        .hasMessage(
            "Secret %s/%s cannot be written (not allowed; grant update on this Secret)",
            namespace, NAME);
  }

  private void grantAll() {
    rights.onSecret(NAME, "get", "update");
  }

  private Secret create() {
    return administrator
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(NAME)
                .addToLabels("app.kubernetes.io/managed-by", "Helm")
                .addToAnnotations("meta.helm.sh/release-name", "webhook")
                .endMetadata()
                .withType("Opaque")
                .build())
        .create();
  }

  private static Map<String, byte[]> data(String certificate) {
    return Map.of("tls.crt", certificate.getBytes(StandardCharsets.US_ASCII));
  }
}
