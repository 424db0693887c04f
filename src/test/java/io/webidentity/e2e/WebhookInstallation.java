package io.webidentity.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.node.TestNode;
import io.webidentity.testing.server.TestAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.awaitility.Awaitility;

/**
 * The webhook's image as a Deployment behind its Service, hardened and with failurePolicy Fail:
 * {@code src/test/resources/e2e/webhook.yaml}.
 */
final class WebhookInstallation {
  private static final String NAME = "pod-identity-webhook";
  private static final Path MANIFEST = Path.of("src", "test", "resources", "e2e", "webhook.yaml");
  private static final Duration DEADLINE = Duration.ofMinutes(3);
  private static final int REPLICAS = 2;

  private final KubernetesClient client;
  private final String namespace;

  /** A pod that is injected where the webhook is called; never created. */
  private final Pod probe;

  private WebhookInstallation(KubernetesClient client, String namespace, Pod probe) {
    this.client = client;
    this.namespace = namespace;
    this.probe = probe;
  }

  /** Installs it and waits until all its replicas are ready. */
  static WebhookInstallation into(TestCluster cluster, ObjectStore store) {
    String namespace = cluster.newNamespace();
    TestAuthority authority = new TestAuthority();
    TestAuthority.Issued serving = authority.issue(List.of("%s.%s.svc".formatted(NAME, namespace)));
    String manifest =
        filledIn(
            Map.of(
                "namespace", namespace,
                "image", image(),
                "region", ObjectStore.REGION,
                "endpoint", store.url().toString(),
                "certificate", base64(serving.certificate()),
                "key", base64(serving.key()),
                "authority", base64(authority.pem())));
    cluster
        .client()
        .load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)))
        .create();
    Team team = new Team(cluster);
    Pod probe =
        team.pod(team.newAccount(StorageRole.REPORTS), Team.container("probe", TestNode.BUSYBOX));
    WebhookInstallation installation = new WebhookInstallation(cluster.client(), namespace, probe);
    installation.awaitReplicas(REPLICAS);
    installation.awaitEffect();
    return installation;
  }

  /**
   * Waits until the API server calls it: it takes configurations and endpoints up some time after
   * they are there.
   */
  private void awaitEffect() {
    Awaitility.await("the webhook is called")
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreException(KubernetesClientException.class)
        .until(() -> injected(client.resource(probe).dryRun().create()));
  }

  /** Whether a pod has the token's volume. */
  static boolean injected(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .anyMatch(volume -> volume.getName().equals("aws-iam-token"));
  }

  private static String filledIn(Map<String, String> values) {
    try {
      String manifest = Files.readString(MANIFEST);
      for (Map.Entry<String, String> value : values.entrySet()) {
        manifest = manifest.replace("${" + value.getKey() + "}", value.getValue());
      }
      return manifest;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The name of the image that {@code make image} builds. */
  static String image() {
    Properties properties = new Properties();
    try (InputStream file =
        WebhookInstallation.class.getResourceAsStream(
            "/io/webidentity/server/version.properties")) {
      properties.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "web-identity-webhook:" + properties.getProperty("version");
  }

  /** Removes every replica; the configuration stays, with failurePolicy Fail. */
  void stop() {
    deployment().scale(0);
    awaitReplicas(0);
  }

  /** Has as many replicas as after the installation again. */
  void start() {
    deployment().scale(REPLICAS);
    awaitReplicas(REPLICAS);
    awaitEffect();
  }

  private RollableScalableResource<Deployment> deployment() {
    return client.apps().deployments().inNamespace(namespace).withName(NAME);
  }

  /** Waits for as many pods, ready, and for the Service to lead to them alone. */
  private void awaitReplicas(int wanted) {
    Awaitility.await("%d replicas of the webhook".formatted(wanted))
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> pods().size() == wanted && endpoints() == wanted);
  }

  private long endpoints() {
    return client
        .discovery()
        .v1()
        .endpointSlices()
        .inNamespace(namespace)
        .withLabel("kubernetes.io/service-name", NAME)
        .list()
        .getItems()
        .stream()
        // Null, not empty, where there are none.
        .flatMap(slice -> Optional.ofNullable(slice.getEndpoints()).stream())
        .flatMap(List::stream)
        .filter(endpoint -> Boolean.TRUE.equals(endpoint.getConditions().getReady()))
        .count();
  }

  /** Its pods. */
  List<Pod> pods() {
    return client.pods().inNamespace(namespace).withLabel("app", NAME).list().getItems();
  }

  /** Where it runs; its own pods are not injected. */
  String namespace() {
    return namespace;
  }
}
