package io.webidentity.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.certificate.TrustedAuthorities.Announcement;
import io.webidentity.config.CertificateSettings;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.server.TestAuthority;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A webhook configuration's CA bundles, with the rights of the chart and no more. */
@RealCluster
class ConfigurationAuthoritiesClusterTest {
  private static final String SERVICE = "webhook";
  private static final int ROUNDS = 20;

  private final TestCluster cluster;
  private final KubernetesClient administrator;
  private String namespace;
  private String name;
  private BuiltInRights rights;
  private KubernetesClient client;
  private ConfigurationAuthorities authorities;

  ConfigurationAuthoritiesClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.administrator = cluster.client();
  }

  @BeforeEach
  void connect() {
    namespace = cluster.newNamespace();
    name = cluster.newName("configuration");
    rights = new BuiltInRights(cluster, namespace);
    client = rights.client();
    authorities =
        new ConfigurationAuthorities(client, name, new NamespacedName(namespace, SERVICE));
  }

  @AfterEach
  void disconnect() {
    administrator
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName(name)
        .delete();
    client.close();
  }

  @Test
  void only_the_bundles_of_our_entries_are_written() throws Exception {
    grantAll();
    String foreign = Base64.getEncoder().encodeToString(bytes(new TestAuthority().pem()));
    MutatingWebhookConfiguration before =
        create(
            ours("first.webhook.test"),
            ofService("other.webhook.test", namespace, "other", foreign),
            ofService("elsewhere.webhook.test", "kube-system", SERVICE, foreign),
            ofUrl("url.webhook.test"),
            ours("last.webhook.test"));
    X509Certificate authority = newAuthority();

    Announcement nothing = authorities.read();
    assertThat(nothing.everywhere()).isEmpty();
    assertThat(nothing.pem()).containsExactly("", "");
    assertThat(authorities.announce(nothing, List.of(authority))).isTrue();

    String bundle = Base64.getEncoder().encodeToString(Pem.write(List.of(authority)));
    MutatingWebhookConfiguration after = find();
    assertThat(after.getWebhooks())
        .extracting(webhook -> webhook.getClientConfig().getCaBundle())
        .containsExactly(bundle, foreign, foreign, null, bundle);
    assertThat(withoutOurBundles(after)).isEqualTo(withoutOurBundles(before));
    assertThat(after.getMetadata().getLabels()).isEqualTo(before.getMetadata().getLabels());
    assertThat(after.getMetadata().getAnnotations())
        .isEqualTo(before.getMetadata().getAnnotations());
    assertThat(authorities.read().everywhere()).containsExactly(authority);
  }

  @Test
  void an_authority_counts_where_every_entry_of_ours_has_it() throws Exception {
    grantAll();
    X509Certificate everywhere = newAuthority();
    X509Certificate once = newAuthority();
    create(
        ofService("first.webhook.test", namespace, SERVICE, base64(once, everywhere)),
        ofService("last.webhook.test", namespace, SERVICE, base64(everywhere)));

    assertThat(authorities.read().everywhere()).containsExactly(everywhere);
  }

  @Test
  void of_two_writers_that_saw_the_same_the_second_one_yields() throws Exception {
    grantAll();
    create(ours("first.webhook.test"));
    X509Certificate first = newAuthority();
    Announcement seen = authorities.read();

    assertThat(authorities.announce(seen, List.of(first))).isTrue();
    assertThat(authorities.announce(seen, List.of(newAuthority()))).isFalse();

    assertThat(authorities.read().everywhere()).containsExactly(first);
  }

  @Test
  void of_two_writers_at_the_same_time_exactly_one_writes() throws Exception {
    grantAll();
    create(ours("first.webhook.test"));
    try (ExecutorService writers = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < ROUNDS; round++) {
        Announcement seen = authorities.read();
        Callable<Boolean> writer = () -> authorities.announce(seen, List.of(newAuthority()));

        List<Future<Boolean>> written = writers.invokeAll(List.of(writer, writer));

        assertThat(written.get(0).get()).isNotEqualTo(written.get(1).get());
      }
    }
  }

  @Test
  void a_configuration_that_is_not_there_is_named() {
    grantAll();

    assertThatThrownBy(() -> authorities.read())
        .isInstanceOf(ClusterStateException.class)
        .hasMessage(
            "MutatingWebhookConfiguration %s does not exist; create it, as the chart does", name);
  }

  @Test
  void a_configuration_without_an_entry_for_the_service_is_named() {
    grantAll();
    create(ofUrl("url.webhook.test"));

    assertThatThrownBy(() -> authorities.read())
        .isInstanceOf(ClusterStateException.class)
        .hasMessage(
            "MutatingWebhookConfiguration %s has no webhook for Service %s/%s; correct its"
                + " clientConfig",
            name, namespace, SERVICE);
  }

  @Test
  void a_missing_right_to_read_is_named() {
    create(ours("first.webhook.test"));

    assertThatThrownBy(() -> authorities.read())
        .isInstanceOf(ClusterStateException.class)
        .hasMessage(
            "MutatingWebhookConfiguration %s cannot be read (not allowed; grant get on it)", name);
  }

  @Test
  void a_missing_right_to_patch_is_named() throws Exception {
    rights.onConfiguration(name, "get");
    create(ours("first.webhook.test"));
    Announcement seen = authorities.read();

    assertThatThrownBy(() -> authorities.announce(seen, List.of(newAuthority())))
        .isInstanceOf(ClusterStateException.class)
        .hasMessage(
            "MutatingWebhookConfiguration %s cannot be patched (not allowed; grant patch on it)",
            name);
  }

  @Test
  void replicas_with_these_rights_serve_the_same_certificate_and_announce_its_authority() {
    grantAll();
    rights.onSecret("webhook-tls", "get", "update");
    create(ours("first.webhook.test"), ours("last.webhook.test"));
    administrator
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("webhook-tls")
                .endMetadata()
                .build())
        .create();
    try (SharedCertificateSource first = replica();
        SharedCertificateSource second = replica()) {
      first.start(_ -> {});
      second.start(_ -> {});

      Awaitility.await("both serve")
          .atMost(Duration.ofMinutes(1))
          .until(() -> first.current().isPresent() && second.current().isPresent());
      ServingCertificate served = first.current().orElseThrow();
      assertThat(second.current()).contains(served);
      Awaitility.await("its authority is announced")
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() ->
              assertThat(authorities.read().everywhere()).containsExactly(served.authority()));
    }
  }

  private SharedCertificateSource replica() {
    return SharedCertificateSource.inCluster(
        client,
        new CertificateSettings.BuiltIn(
            namespace, "webhook-tls", SERVICE, Optional.of(name), Duration.ofHours(1)),
        () -> true,
        Clock.systemUTC());
  }

  private void grantAll() {
    rights.onConfiguration(name, "get", "patch");
  }

  private MutatingWebhookConfiguration find() {
    return administrator
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName(name)
        .require();
  }

  /** Without rules: no request is sent anywhere. */
  private MutatingWebhookConfiguration create(MutatingWebhook... webhooks) {
    return administrator
        .resource(
            new MutatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("app.kubernetes.io/managed-by", "Helm")
                .addToAnnotations("meta.helm.sh/release-name", "webhook")
                .endMetadata()
                .withWebhooks(webhooks)
                .build())
        .create();
  }

  private MutatingWebhook ours(String webhook) {
    return ofService(webhook, namespace, SERVICE, null);
  }

  private static MutatingWebhook ofService(
      String webhook, String namespace, String service, @Nullable String caBundle) {
    return common(webhook)
        .withNewClientConfig()
        .withCaBundle(caBundle)
        .withNewService()
        .withNamespace(namespace)
        .withName(service)
        .withPath("/mutate")
        .endService()
        .endClientConfig()
        .build();
  }

  private static MutatingWebhook ofUrl(String webhook) {
    return common(webhook)
        .withNewClientConfig()
        .withUrl("https://webhook.test/mutate")
        .endClientConfig()
        .build();
  }

  private static MutatingWebhookBuilder common(String webhook) {
    return new MutatingWebhookBuilder()
        .withName(webhook)
        .withAdmissionReviewVersions("v1")
        .withSideEffects("None")
        .withTimeoutSeconds(5)
        .withFailurePolicy("Ignore");
  }

  private List<MutatingWebhook> withoutOurBundles(MutatingWebhookConfiguration configuration) {
    return configuration.getWebhooks().stream()
        .map(webhook -> isOurs(webhook) ? withoutBundle(webhook) : webhook)
        .toList();
  }

  private boolean isOurs(MutatingWebhook webhook) {
    var service = webhook.getClientConfig().getService();
    return service != null
        && service.getName().equals(SERVICE)
        && service.getNamespace().equals(namespace);
  }

  private static MutatingWebhook withoutBundle(MutatingWebhook webhook) {
    return webhook.edit().editClientConfig().withCaBundle(null).endClientConfig().build();
  }

  private static X509Certificate newAuthority() {
    return new SelfSignedAuthority(Clock.systemUTC(), Duration.ofDays(1))
        .issueServing(List.of("webhook.test"))
        .authority();
  }

  private static String base64(X509Certificate... bundle) {
    return Base64.getEncoder().encodeToString(Pem.write(Arrays.asList(bundle)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
