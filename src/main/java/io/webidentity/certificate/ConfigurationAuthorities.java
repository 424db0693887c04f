package io.webidentity.certificate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ServiceReference;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The {@code caBundle} of a MutatingWebhookConfiguration's entries for one Service. Nothing else of
 * the configuration is written, entries for other Services not at all.
 */
final class ConfigurationAuthorities implements TrustedAuthorities {
  /** The API server's answer to a JSON patch whose test fails. */
  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient client;
  private final String configuration;
  private final NamespacedName service;

  /**
   * @param configuration name of the MutatingWebhookConfiguration
   * @param service the Service whose entries are ours
   */
  ConfigurationAuthorities(KubernetesClient client, String configuration, NamespacedName service) {
    this.client = client;
    this.configuration = configuration;
    this.service = service;
  }

  @Override
  public Announcement read() throws ClusterStateException {
    MutatingWebhookConfiguration found = get();
    List<String> bundles = new ArrayList<>();
    for (int entry : ours(found)) {
      bundles.add(bundle(found.getWebhooks().get(entry)));
    }
    return new Announcement(found.getMetadata().getResourceVersion(), inEvery(bundles), bundles);
  }

  @Override
  public boolean announce(Announcement before, List<X509Certificate> authorities)
      throws ClusterStateException {
    MutatingWebhookConfiguration found = get();
    if (!found.getMetadata().getResourceVersion().equals(before.resourceVersion())) {
      return false;
    }
    String bundle = Base64.getEncoder().encodeToString(Pem.write(authorities));
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    patch
        .addObject()
        .put("op", "test")
        .put("path", "/metadata/resourceVersion")
        .put("value", before.resourceVersion());
    for (int entry : ours(found)) {
      patch
          .addObject()
          .put("op", "add")
          .put("path", "/webhooks/" + entry + "/clientConfig/caBundle")
          .put("value", bundle);
    }
    try {
      client
          .admissionRegistration()
          .v1()
          .mutatingWebhookConfigurations()
          .withName(configuration)
          .patch(PatchContext.of(PatchType.JSON), patch.toString());
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == UNPROCESSABLE || e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      throw ApiFailures.of(describe() + " cannot be patched", "patch on it", e);
    }
  }

  private MutatingWebhookConfiguration get() throws ClusterStateException {
    MutatingWebhookConfiguration found;
    try {
      found =
          client
              .admissionRegistration()
              .v1()
              .mutatingWebhookConfigurations()
              .withName(configuration)
              .get();
    } catch (KubernetesClientException e) {
      throw ApiFailures.of(describe() + " cannot be read", "get on it", e);
    }
    if (found == null) {
      throw new ClusterStateException(describe() + " does not exist; create it, as the chart does");
    }
    if (ours(found).isEmpty()) {
      throw new ClusterStateException(
          describe() + " has no webhook for Service " + service + "; correct its clientConfig");
    }
    return found;
  }

  private String describe() {
    return "MutatingWebhookConfiguration " + configuration;
  }

  private List<Integer> ours(MutatingWebhookConfiguration found) {
    List<Integer> entries = new ArrayList<>();
    List<MutatingWebhook> webhooks = found.getWebhooks();
    for (int entry = 0; entry < webhooks.size(); entry++) {
      WebhookClientConfig clientConfig = webhooks.get(entry).getClientConfig();
      ServiceReference reference = clientConfig == null ? null : clientConfig.getService();
      if (reference != null
          && service.namespace().equals(reference.getNamespace())
          && service.name().equals(reference.getName())) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private static String bundle(MutatingWebhook entry) {
    String encoded = entry.getClientConfig().getCaBundle();
    return encoded == null
        ? ""
        : new String(Base64.getMimeDecoder().decode(encoded), StandardCharsets.US_ASCII);
  }

  /** A bundle that is not ours may be anything; then no authority of ours is in it. */
  private static List<X509Certificate> inEvery(List<String> bundles) {
    Set<X509Certificate> common = null;
    for (String bundle : bundles) {
      Set<X509Certificate> here = new LinkedHashSet<>();
      try {
        here.addAll(Pem.certificates(bundle, "caBundle"));
      } catch (UnusableCertificateException _) {
        return List.of();
      }
      if (common == null) {
        common = here;
      } else {
        common.retainAll(here);
      }
    }
    return common == null ? List.of() : List.copyOf(common);
  }
}
