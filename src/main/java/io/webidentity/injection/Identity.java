package io.webidentity.injection;

import io.webidentity.aws.RoleArn;
import java.util.List;
import java.util.Optional;

/**
 * What a pod acts as in the cloud: the result of asking every identity source, before the pod's own
 * annotations are applied.
 *
 * @param credentials what SDKs ask for with the token
 * @param token the projected token to ask for
 * @param endpoints which STS endpoints SDKs are told to use
 * @param region value of {@code AWS_REGION} and {@code AWS_DEFAULT_REGION}
 * @param session how SDKs are told to open sessions
 * @param findings what was surprising in the settings that made this identity
 */
public record Identity(
    Credentials credentials,
    TokenRequest token,
    StsEndpoints endpoints,
    Optional<String> region,
    SdkSession session,
    List<Finding> findings) {
  public Identity {
    findings = List.copyOf(findings);
  }

  /** The same, with these findings instead of its own. */
  public Identity withFindings(List<Finding> others) {
    return new Identity(credentials, token, endpoints, region, session, others);
  }

  /** The role; empty where an agent on the node chooses it. */
  public Optional<RoleArn> role() {
    return switch (credentials) {
      case Credentials.WebIdentity(RoleArn role) -> Optional.of(role);
      case Credentials.Container() -> Optional.empty();
    };
  }
}
