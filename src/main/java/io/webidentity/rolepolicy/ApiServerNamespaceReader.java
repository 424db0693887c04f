package io.webidentity.rolepolicy;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.injection.Reason;
import io.webidentity.kubernetes.ApiClients;
import io.webidentity.kubernetes.ApiServerReader;
import io.webidentity.kubernetes.ObjectReadException;
import io.webidentity.kubernetes.ObjectReadException.Retry;
import io.webidentity.policy.NamespaceMetadata;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one Namespace by a GET request. */
final class ApiServerNamespaceReader implements NamespaceReader {
  private final KubernetesClient client;

  ApiServerNamespaceReader(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public NamespaceMetadata read(String name, Duration timeout) throws ObjectReadException {
    try {
      @SuppressWarnings("resource") // A view.
      KubernetesClient once = ApiClients.once(client, timeout);
      ObjectMeta metadata =
          ApiServerReader.get(once.namespaces().withName(name), name)
              .map(Namespace::getMetadata)
              .orElseGet(ObjectMeta::new);
      return new NamespaceMetadata(
          name, orNone(metadata.getLabels()), orNone(metadata.getAnnotations()));
    } catch (KubernetesClientException e) {
      throw new ObjectReadException(Reason.LOOKUP_FAILED, problem(name, e), Retry.POINTLESS, e);
    }
  }

  private String problem(String name, KubernetesClientException e) {
    return e.getCode() == 403
        ? "The API server refused to show Namespace %s (403): the role policy depends on it, so the webhook's own account needs the right to get namespaces."
            .formatted(name)
        : "The API server could not be asked for Namespace %s, on which the role policy depends (%s)."
            .formatted(name, ApiServerReader.problem(e, client));
  }

  private static Map<String, String> orNone(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
