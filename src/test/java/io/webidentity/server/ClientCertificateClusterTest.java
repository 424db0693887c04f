package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.account.AccountKey;
import io.webidentity.config.CertificateSettings;
import io.webidentity.config.ClientSettings;
import io.webidentity.config.TlsSettings;
import io.webidentity.config.TlsVersion;
import io.webidentity.testing.cluster.AdmissionConfiguration;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.TestAuthority;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An API server with a client certificate for one webhook, as docs/security.md says. The Services
 * lead to this machine.
 */
class ClientCertificateClusterTest {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final String NAMESPACE = "web-identity";
  private static final String SERVICE = "web-identity-webhook";
  private static final AccountKey ACCOUNT = new AccountKey(NAMESPACE, "reports");

  @TempDir Path folder;

  private final TestAuthority servers = new TestAuthority();
  private final TestAuthority clients = new TestAuthority();
  private WebhookServer server;
  private TestCluster cluster;
  private KubernetesClient client;

  @BeforeEach
  void start() throws Exception {
    server = startServer();
    cluster =
        TestCluster.startOwn(
            List.of(
                AdmissionConfiguration.clientOf(
                    folder, hostOf(SERVICE) + ":" + server.port(), clients)));
    client = cluster.client();
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .create();
    cluster.createAccount(ACCOUNT, Map.of());
  }

  @AfterEach
  void stop() {
    cluster.close();
    server.close();
  }

  @Test
  void the_api_server_shows_its_certificate_to_the_webhook_that_it_is_for() {
    register(SERVICE);

    Awaitility.await("a pod is injected")
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> client.resource(pod()).dryRun().create().toString().contains("AWS_ROLE_ARN"));
  }

  @Test
  void an_api_server_without_a_certificate_is_refused_and_says_why() {
    register("other");

    Awaitility.await("a pod is refused")
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() ->
            assertThat(refusal())
                .hasValueSatisfying(message ->
                    assertThat(message)
                        .contains("failed calling webhook")
                        .contains("no client certificate: --client-ca is set")));
  }

  private Optional<String> refusal() {
    try {
      client.resource(pod()).dryRun().create();
      return Optional.empty();
    } catch (KubernetesClientException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  /** The webhook, on any free port, with a certificate for both Services. */
  private WebhookServer startServer() throws IOException, UnusableContentException {
    TestAuthority.Issued serving = servers.issue(List.of(hostOf(SERVICE), hostOf("other")));
    TlsSettings tls =
        new TlsSettings(
            new CertificateSettings.Files(
                Files.writeString(folder.resolve("tls.crt"), serving.certificate()),
                Files.writeString(folder.resolve("tls.key"), serving.key())),
            TlsVersion.TLS_1_2,
            List.of(),
            Optional.of(
                new ClientSettings(
                    Files.writeString(folder.resolve("client-ca.crt"), clients.pem()),
                    Set.of(TestAuthority.LEAF))));
    ServeSettings settings = TestSettings.with(tls);
    return WebhookServer.start(
        settings,
        new FakeServiceAccounts().know(ACCOUNT, "arn:aws:iam::111122223333:role/reports"),
        Sources.certificates(settings, () -> true));
  }

  private static String hostOf(String service) {
    return service + "." + NAMESPACE + ".svc";
  }

  private void register(String service) {
    client
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(service)
                .endMetadata()
                .withNewSpec()
                .withType("ExternalName")
                .withExternalName("localhost")
                .addNewPort()
                .withPort(server.port())
                .endPort()
                .endSpec()
                .build())
        .create();
    client
        .resource(
            new MutatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName(service)
                .endMetadata()
                .addNewWebhook()
                .withName("pods.webhook.test")
                .withAdmissionReviewVersions("v1")
                .withSideEffects("None")
                .withFailurePolicy("Fail")
                .withNewClientConfig()
                .withCaBundle(
                    Base64.getEncoder()
                        .encodeToString(servers.pem().getBytes(StandardCharsets.US_ASCII)))
                .withNewService()
                .withNamespace(NAMESPACE)
                .withName(service)
                .withPath("/mutate")
                .withPort(server.port())
                .endService()
                .endClientConfig()
                .addNewRule()
                .withApiGroups("")
                .withApiVersions("v1")
                .withOperations("CREATE")
                .withResources("pods")
                .endRule()
                .endWebhook()
                .build())
        .create();
  }

  private static Pod pod() {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(NAMESPACE)
        .withName("app")
        .endMetadata()
        .withNewSpec()
        .withServiceAccountName(ACCOUNT.name())
        .addNewContainer()
        .withName("app")
        .withImage("app")
        .endContainer()
        .endSpec()
        .build();
  }
}
