package io.webidentity.identity;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.webidentity.identity.ObjectReadException.Retry;
import io.webidentity.injection.Reason;
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
    RequestConfig once =
        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
            .withRequestTimeout(Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE))
            .withRequestRetryBackoffLimit(0)
            .build();
    try {
      // A view of the client, without resources of its own to close.
      @SuppressWarnings("resource")
      KubernetesClient view = client.newClient(once).adapt(KubernetesClient.class);
      Namespace found = view.namespaces().withName(name).get();
      ObjectMeta metadata = found == null ? new ObjectMeta() : found.getMetadata();
      return new NamespaceMetadata(
          name, orNone(metadata.getLabels()), orNone(metadata.getAnnotations()));
    } catch (KubernetesClientException e) {
      throw new ObjectReadException(Reason.LOOKUP_FAILED, problem(name, e), Retry.POINTLESS, e);
    }
  }

  private static String problem(String name, KubernetesClientException e) {
    return e.getCode() == 403
        ? "The API server refused to show Namespace %s (403): the role policy depends on it, so the webhook's own account needs the right to get namespaces."
            .formatted(name)
        : "The API server could not be asked for Namespace %s, on which the role policy depends (%s)."
            .formatted(name, ApiServerReader.problem(e));
  }

  private static Map<String, String> orNone(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
