package io.webidentity.testing.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import org.awaitility.Awaitility;

/**
 * A MutatingWebhookConfiguration as an installation has it; closing takes it out.
 *
 * <p>The API server takes a configuration up some time after it was written. Beside the webhook it
 * therefore has a probe: a webhook that nobody can reach, for ConfigMaps with a label that only a
 * dry run of ours has. When that dry run is refused, the whole configuration is in effect.
 */
public final class WebhookRegistration implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofMinutes(1);
  private static final int TIMEOUT_SECONDS = 10;
  private static final String PROBE_LABEL = "webhook-test-probe";

  private final KubernetesClient client;
  private final String name;
  private final String probeNamespace;

  private WebhookRegistration(KubernetesClient client, String name, String probeNamespace) {
    this.client = client;
    this.name = name;
    this.probeNamespace = probeNamespace;
  }

  static WebhookRegistration create(
      KubernetesClient client,
      String name,
      WebhookEndpoint endpoint,
      FailurePolicy failurePolicy,
      ReinvocationPolicy reinvocation,
      Collection<String> namespaces) {
    client
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .resource(
            new MutatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withWebhooks(
                    webhook(endpoint, failurePolicy, reinvocation, namespaces),
                    probe(name, namespaces))
                .build())
        .create();
    WebhookRegistration registration =
        new WebhookRegistration(client, name, namespaces.iterator().next());
    registration.awaitEffect(true);
    return registration;
  }

  private static MutatingWebhook webhook(
      WebhookEndpoint endpoint,
      FailurePolicy failurePolicy,
      ReinvocationPolicy reinvocation,
      Collection<String> namespaces) {
    String bundle =
        Base64.getEncoder()
            .encodeToString(endpoint.authorityPem().getBytes(StandardCharsets.UTF_8));
    return forCreation("pods", namespaces)
        .addNewRule()
        .withApiGroups("")
        .withApiVersions("v1")
        .withOperations("UPDATE")
        .withResources("pods/ephemeralcontainers")
        .endRule()
        .withName("pod-identity-webhook.amazonaws.com")
        .withFailurePolicy(failurePolicy.value())
        .withReinvocationPolicy(reinvocation.value())
        .withTimeoutSeconds(TIMEOUT_SECONDS)
        .withNewClientConfig()
        .withUrl(endpoint.url().toString())
        .withCaBundle(bundle)
        .endClientConfig()
        .withNewObjectSelector()
        .addNewMatchExpression()
        .withKey("eks.amazonaws.com/skip-pod-identity-webhook")
        .withOperator("DoesNotExist")
        .endMatchExpression()
        .endObjectSelector()
        .build();
  }

  private static MutatingWebhook probe(String name, Collection<String> namespaces) {
    return forCreation("configmaps", namespaces)
        .withName("probe.webhook-test.invalid")
        .withFailurePolicy("Fail")
        .withTimeoutSeconds(1)
        .withNewClientConfig()
        // RFC 863's port: nothing listens there, and the refusal is immediate.
        .withUrl("https://127.0.0.1:9/")
        .endClientConfig()
        .withNewObjectSelector()
        .addToMatchLabels(PROBE_LABEL, name)
        .endObjectSelector()
        .build();
  }

  private static MutatingWebhookBuilder forCreation(
      String resource, Collection<String> namespaces) {
    return new MutatingWebhookBuilder()
        .withAdmissionReviewVersions("v1", "v1beta1")
        .withSideEffects("None")
        .withMatchPolicy("Equivalent")
        .addNewRule()
        .withApiGroups("")
        .withApiVersions("v1")
        .withOperations("CREATE")
        .withResources(resource)
        .endRule()
        .withNewNamespaceSelector()
        .addNewMatchExpression()
        .withKey("kubernetes.io/metadata.name")
        .withOperator("In")
        .addAllToValues(namespaces)
        .endMatchExpression()
        .endNamespaceSelector();
  }

  private void awaitEffect(boolean wanted) {
    ConfigMap probe =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(probeNamespace)
            .withName(name)
            .addToLabels(PROBE_LABEL, name)
            .endMetadata()
            .build();
    Awaitility.await(name + (wanted ? " in effect" : " out of effect"))
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> refused(probe) == wanted);
  }

  private boolean refused(ConfigMap probe) {
    try {
      client.configMaps().resource(probe).dryRun().create();
      return false;
    } catch (KubernetesClientException e) {
      if (String.valueOf(e.getMessage()).contains("failed calling webhook")) {
        return true;
      }
      throw e;
    }
  }

  /** Name of its MutatingWebhookConfiguration. */
  public String name() {
    return name;
  }

  /** Takes the webhook out and waits until the API server no longer calls it. */
  @Override
  public void close() {
    client.admissionRegistration().v1().mutatingWebhookConfigurations().withName(name).delete();
    awaitEffect(false);
  }
}
