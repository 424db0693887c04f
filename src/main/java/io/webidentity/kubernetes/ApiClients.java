package io.webidentity.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.watch.UnusableContentException;
import java.time.Duration;
import java.util.function.Consumer;

/** Clients of the cluster's API server. */
public final class ApiClients {
  private ApiClients() {}

  /**
   * A client for everything but ServiceAccounts. Whether the API server can be reached shows later.
   *
   * @throws UnusableContentException if the settings name no API server, or credentials that cannot
   *     be used
   */
  public static KubernetesClient connect(AccountSourceSettings.Cluster settings)
      throws UnusableContentException {
    return connect(settings, PodCredentials.ofThisProcess(), _ -> {});
  }

  static KubernetesClient connect(
      AccountSourceSettings.Cluster settings,
      PodCredentials pod,
      Consumer<KubernetesClientBuilder> further)
      throws UnusableContentException {
    Config config = ApiClientConfig.of(settings, pod);
    try {
      KubernetesClientBuilder builder =
          new KubernetesClientBuilder()
              .withConfig(config)
              .withHttpClientFactory(new ApiHttpClients());
      further.accept(builder);
      return builder.build();
    } catch (KubernetesClientException | IllegalArgumentException e) {
      throw new UnusableContentException(
          "The credentials for the API server %s cannot be used (%s); correct --kubeconfig."
              .formatted(config.getMasterUrl(), ApiProblem.of(e)),
          e);
    }
  }

  /**
   * A view of a client whose requests are made once; it has no resources of its own to close.
   *
   * @param timeout how long the head of an answer may take, and its body
   */
  public static KubernetesClient once(KubernetesClient client, Duration timeout) {
    RequestConfig once =
        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
            .withRequestTimeout(Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE))
            .withRequestRetryBackoffLimit(0)
            .build();
    return client.newClient(once).adapt(KubernetesClient.class);
  }
}
