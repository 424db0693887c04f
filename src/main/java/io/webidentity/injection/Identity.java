package io.webidentity.injection;

import java.util.List;

/**
 * What a pod acts as in the cloud: the result of asking every identity source, before the pod's own
 * annotations are applied.
 *
 * @param role the IAM role
 * @param token the projected token to ask for
 * @param endpoints which STS endpoints SDKs are told to use
 * @param session how SDKs are told to open sessions
 * @param findings what was surprising in the settings that made this identity
 */
public record Identity(
    RoleArn role,
    TokenRequest token,
    StsEndpoints endpoints,
    SdkSession session,
    List<Finding> findings) {
  public Identity {
    findings = List.copyOf(findings);
  }
}
