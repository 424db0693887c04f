package io.webidentity.injection;

import io.webidentity.aws.EndpointUrl;
import java.util.Optional;

/**
 * How SDKs are told to open sessions where the ServiceAccount does not say.
 *
 * @param name what sessions are called
 * @param clusterName what {@code {cluster}} stands for, also in annotations
 * @param stsEndpoint the STS server
 * @param endpoint the server of all services without an endpoint of their own
 */
public record SessionSettings(
    Optional<SessionNameTemplate> name,
    Optional<String> clusterName,
    Optional<EndpointUrl> stsEndpoint,
    Optional<EndpointUrl> endpoint) {
  /** SDKs decide, unless the ServiceAccount says. */
  public static final SessionSettings NONE =
      new SessionSettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the name needs the cluster's, which is not there
   */
  public SessionSettings {
    if (name.isPresent() && name.get().namesCluster() && clusterName.isEmpty()) {
      throw new IllegalArgumentException("the cluster has no name: " + name.get().text());
    }
  }
}
