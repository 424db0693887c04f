package io.webidentity.injection;

import io.webidentity.aws.EndpointUrl;
import java.util.Optional;

/**
 * How SDKs are told to open a session of the role; what is absent they decide themselves.
 *
 * @param name what the session is called: {@code AWS_ROLE_SESSION_NAME}
 * @param stsEndpoint the STS server: {@code AWS_ENDPOINT_URL_STS}
 * @param endpoint the server of all services without an endpoint of their own: {@code
 *     AWS_ENDPOINT_URL}
 */
public record SdkSession(
    Optional<SessionName> name, Optional<EndpointUrl> stsEndpoint, Optional<EndpointUrl> endpoint) {
  /** SDKs decide everything. */
  public static final SdkSession SDK_DEFAULT =
      new SdkSession(Optional.empty(), Optional.empty(), Optional.empty());
}
