package io.webidentity.identity;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.webidentity.config.AccountSourceSettings;
import java.util.function.Consumer;

/** Clients of the cluster's API server. */
public final class ApiClients {
  private ApiClients() {}

  /**
   * A client for everything but ServiceAccounts. Whether the API server can be reached shows later.
   *
   * @throws AccountSourceException if the settings name no API server, or credentials that cannot
   *     be used
   */
  public static KubernetesClient connect(AccountSourceSettings.Cluster settings)
      throws AccountSourceException {
    return connect(settings, PodCredentials.ofThisProcess(), _ -> {});
  }

  static KubernetesClient connect(
      AccountSourceSettings.Cluster settings,
      PodCredentials pod,
      Consumer<KubernetesClientBuilder> further)
      throws AccountSourceException {
    Config config = ApiClientConfig.of(settings, pod);
    try {
      KubernetesClientBuilder builder =
          new KubernetesClientBuilder()
              .withConfig(config)
              .withHttpClientFactory(new JdkHttpClientFactory());
      further.accept(builder);
      return builder.build();
    } catch (KubernetesClientException | IllegalArgumentException e) {
      throw new AccountSourceException(
          "The credentials for the API server %s cannot be used (%s); correct --kubeconfig."
              .formatted(config.getMasterUrl(), ApiServerReader.problem(e)),
          e);
    }
  }
}
