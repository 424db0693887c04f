package io.webidentity.testing.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.testing.cluster.ClusterProcess;
import io.webidentity.testing.cluster.InstalledWebhook;
import io.webidentity.testing.server.TrustingClients;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the end-to-end tests take for granted of a node. */
@RealNode
class NodeTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final TestNode node;
  private final KubernetesClient client;
  private final String namespace;

  NodeTest(TestNode node) {
    this.node = node;
    this.client = node.cluster().client();
    this.namespace = node.cluster().newNamespace();
  }

  @Test
  void a_pod_runs_to_its_end_and_its_log_can_be_read() {
    assertThat(logOf(NodePods.script(namespace, "greeter", "echo hello; hostname")))
        .isEqualTo("hello\ngreeter\n");
  }

  @Test
  void a_deployment_is_scheduled() {
    Deployment deployment =
        new DeploymentBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName("waiters")
            .endMetadata()
            .withNewSpec()
            .withReplicas(2)
            .withNewSelector()
            .addToMatchLabels("app", "waiters")
            .endSelector()
            .withNewTemplate()
            .withNewMetadata()
            .addToLabels("app", "waiters")
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("waiter")
            .withImage(TestNode.BUSYBOX)
            .endContainer()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();
    client.resource(deployment).create();

    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> client.resource(deployment).get().getStatus().getReadyReplicas(),
            Integer.valueOf(2)::equals);
  }

  @Test
  void kubectl_runs_a_command_in_a_pod() throws IOException, InterruptedException {
    NodePods.awaitRunning(client, NodePods.waiting(namespace, "waiter"));

    assertThat(
            kubectl("exec", "--namespace=" + namespace, "waiter", "--", "/bin/sh", "-c", "echo $0"))
        .isEqualTo("/bin/sh\n");
  }

  @Test
  void a_pod_reaches_the_api_server_by_its_service() {
    // It speaks TLS only, and says so to everybody else.
    assertThat(
            logOf(
                NodePods.script(
                    namespace,
                    "caller",
                    "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc $KUBERNETES_SERVICE_HOST 443")))
        .contains("HTTP request to an HTTPS server");
  }

  @Test
  void the_token_of_a_pod_is_bound_to_it() {
    String token =
        logOf(
            NodePods.script(
                namespace, "holder", "cat /var/run/secrets/kubernetes.io/serviceaccount/token"));

    UserInfo user =
        client
            .resource(new TokenReviewBuilder().withNewSpec().withToken(token).endSpec().build())
            .create()
            .getStatus()
            .getUser();
    assertThat(user.getUsername()).isEqualTo("system:serviceaccount:" + namespace + ":default");
    assertThat(user.getExtra())
        .containsEntry("authentication.kubernetes.io/pod-name", List.of("holder"));
  }

  @Test
  void a_pod_reaches_a_program_in_the_network_of_the_node() throws IOException {
    Path pages = Files.createDirectory(node.folder().resolve(node.cluster().newName("pages")));
    Files.writeString(pages.resolve("page"), "served\n");
    ClusterProcess server =
        node.start(
            Path.of("/bin/busybox"),
            List.of("httpd", "-f", "-p", "8080", "-h", pages.toString()),
            Map.of());
    try {
      assertThat(
              logOf(
                  NodePods.script(
                      namespace,
                      "reader",
                      "until wget -q -O - http://%s:8080/page; do sleep 0.1; done"
                          .formatted(node.address()))))
          .isEqualTo("served\n");
    } finally {
      server.kill();
    }
  }

  @Test
  void anybody_can_read_the_keys_of_the_issuer() throws IOException, InterruptedException {
    JsonNode discovery = get(node.issuer() + "/.well-known/openid-configuration");

    assertThat(discovery.path("issuer").asText()).isEqualTo(node.issuer().toString());
    assertThat(get(discovery.path("jwks_uri").asText()).at("/keys/0/kty").asText()).isEqualTo("EC");
  }

  @Test
  void a_webhook_on_this_machine_is_called() {
    try (InstalledWebhook webhook = InstalledWebhook.with(node.cluster())) {
      Pod pod = NodePods.waiting(webhook.namespace(), "waiter");

      // failurePolicy Fail: it would not be created otherwise.
      assertThat(client.resource(pod).create().getMetadata().getUid()).isNotEmpty();
    }
  }

  @Test
  void pods_go_on_when_kubelet_is_started_again() {
    Pod pod = NodePods.awaitRunning(client, NodePods.waiting(namespace, "waiter"));

    node.restartKubelet();
    String log = logOf(NodePods.script(namespace, "later", "echo later"));

    assertThat(log).isEqualTo("later\n");
    assertThat(client.resource(pod).get().getStatus().getContainerStatuses())
        .singleElement()
        .matches(status -> status.getRestartCount() == 0)
        .matches(status -> status.getState().getRunning() != null);
  }

  private String logOf(Pod pod) {
    client.resource(pod).create();
    Awaitility.await(pod.getMetadata().getName() + " ends")
        .atMost(PATIENCE)
        .until(() -> client.resource(pod).get().getStatus().getPhase(), "Succeeded"::equals);
    return client.pods().resource(pod).getLog();
  }

  private String kubectl(String... arguments) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(node.program("kubectl").toString()).redirectErrorStream(true);
    builder.command().addAll(List.of(arguments));
    builder.environment().put("KUBECONFIG", node.cluster().kubeconfig().toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private JsonNode get(String uri) throws IOException, InterruptedException {
    try (HttpClient http =
        HttpClient.newBuilder()
            .sslContext(TrustingClients.sslContext(node.authority()))
            .connectTimeout(PATIENCE)
            .build()) {
      return new ObjectMapper()
          .readTree(
              http.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofByteArray())
                  .body());
    }
  }
}
