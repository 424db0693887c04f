package io.webidentity.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.node.TestNode;
import io.webidentity.testing.server.TestAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Others' deployments of the reference, with this project's image and nothing else changed: {@code
 * src/test/resources/e2e/shapes}. On a node of its own: their objects have the names of those that
 * other tests install for the whole cluster.
 */
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReferenceShapesTest {
  private static final Path SHAPES = Path.of("src", "test", "resources", "e2e", "shapes");
  private static final Path IMAGE = Path.of("target", "image", "web-identity-webhook.tar");
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  private final TestNode node = TestNode.start();
  private final TestCluster cluster = node.cluster();
  private final KubernetesClient client = cluster.client();
  private final List<HasMetadata> installed = new ArrayList<>();

  @BeforeAll
  void load() {
    node.load(IMAGE);
  }

  @AfterAll
  void stop() {
    node.close();
  }

  /** The configuration first: with it, nothing could be created any more. */
  @AfterEach
  void remove() {
    client
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName("pod-identity-webhook")
        .delete();
    String namespace = namespaceOfInstallation();
    installed.forEach(object -> client.resource(object).delete());
    installed.clear();
    Awaitility.await("the webhook's pods are gone")
        .atMost(DEADLINE)
        .until(() -> webhooks(namespace).isEmpty());
  }

  @Test
  void as_the_workload_identity_operator_deploys_it() throws IOException {
    String namespace = cluster.newNamespace();
    AccountKey account = newAccount(Map.of("eks.amazonaws.com/role-arn", role("orders")));

    install("operator.yaml", namespace, account);

    assertThat(variables(awaitInjected(account)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "AWS_ROLE_ARN",
                role("orders"),
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"));
    createMany(account);
    assertNeverRestarted(namespace);
  }

  @Test
  void as_kops_deploys_it() throws IOException {
    AccountKey annotated = newAccount(Map.of("eks.amazonaws.com/role-arn", role("orders")));
    AccountKey mapped = newAccount(Map.of());

    install("kops.yaml", "kube-system", mapped);

    Pod pod = awaitInjected(annotated);
    assertThat(variables(pod)).containsExactlyInAnyOrderEntriesOf(byKops(role("orders")));
    assertThat(audience(pod)).isEqualTo("amazonaws.com");
    assertThat(variables(awaitInjected(mapped)))
        .containsExactlyInAnyOrderEntriesOf(byKops(role("mapped")));
    createMany(annotated);
    assertNeverRestarted("kube-system");
  }

  private static Map<String, String> byKops(String role) {
    return Map.of(
        "AWS_STS_REGIONAL_ENDPOINTS", "regional",
        "AWS_DEFAULT_REGION", "eu-central-1",
        "AWS_REGION", "eu-central-1",
        "AWS_ROLE_ARN", role,
        "AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/secrets/eks.amazonaws.com/serviceaccount/token");
  }

  private static String role(String name) {
    return "arn:aws:iam::111122223333:role/" + name;
  }

  private void install(String shape, String namespace, AccountKey mapped) throws IOException {
    TestAuthority authority = new TestAuthority();
    TestAuthority.Issued serving =
        authority.issue(List.of("pod-identity-webhook.%s.svc".formatted(namespace)));
    String text = Files.readString(SHAPES.resolve(shape));
    for (Map.Entry<String, String> value :
        Map.of(
                "namespace", namespace,
                "image", WebhookInstallation.image(),
                "mapped", mapped.toString(),
                "certificate", base64(serving.certificate()),
                "key", base64(serving.key()),
                "authority", base64(authority.pem()))
            .entrySet()) {
      text = text.replace("${" + value.getKey() + "}", value.getValue());
    }
    installed.addAll(
        client.load(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))).create());
    Awaitility.await("the deployment is available")
        .atMost(DEADLINE)
        .until(() ->
            client
                .apps()
                .deployments()
                .inNamespace(namespace)
                .withName("pod-identity-webhook")
                .isReady());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private AccountKey newAccount(Map<String, String> annotations) {
    AccountKey account = new AccountKey(cluster.newNamespace(), "orders");
    cluster.createAccount(account, annotations);
    return account;
  }

  /** Waits until the API server calls the webhook, and shows the pod that it would create. */
  private Pod awaitInjected(AccountKey account) {
    return Awaitility.await("a pod is injected")
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreException(KubernetesClientException.class)
        .until(() -> create(account), WebhookInstallation::injected);
  }

  private Pod create(AccountKey account) {
    return client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace(account.namespace())
                .withGenerateName("app-")
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName(account.name())
                .addNewContainer()
                .withName("app")
                .withImage(TestNode.BUSYBOX)
                .endContainer()
                .endSpec()
                .build())
        .dryRun()
        .create();
  }

  /** Enough for a process to have grown to its usual size, which must fit into the limits. */
  private void createMany(AccountKey account) {
    for (int i = 0; i < 300; i++) {
      assertThat(WebhookInstallation.injected(create(account))).isTrue();
    }
  }

  private void assertNeverRestarted(String namespace) {
    assertThat(webhooks(namespace))
        .isNotEmpty()
        .allSatisfy(pod ->
            assertThat(pod.getStatus().getContainerStatuses())
                .allSatisfy(status -> assertThat(status.getRestartCount()).isZero()));
  }

  private String namespaceOfInstallation() {
    return installed.isEmpty() ? "kube-system" : installed.getFirst().getMetadata().getNamespace();
  }

  private List<Pod> webhooks(String namespace) {
    return client.pods().inNamespace(namespace).list().getItems().stream()
        .filter(pod -> pod.getMetadata().getName().startsWith("pod-identity-webhook-"))
        .toList();
  }

  private static Map<String, String> variables(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getEnv().stream()
        .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
  }

  private static String audience(Pod pod) {
    return pod.getSpec()
        .getVolumes()
        .getFirst()
        .getProjected()
        .getSources()
        .getFirst()
        .getServiceAccountToken()
        .getAudience();
  }
}
