package io.webidentity.identity;

import io.webidentity.config.IdentitySettings;
import io.webidentity.injection.Identity;
import io.webidentity.injection.Reason;
import io.webidentity.injection.RoleArn;
import io.webidentity.injection.StsEndpoints;
import io.webidentity.injection.TokenRequest;
import java.util.List;

/** Makes an identity of a ServiceAccount's annotations and, where they do not say, of the flags. */
public final class IdentityResolver {
  private final IdentitySettings settings;

  /** Resolves with these settings. */
  public IdentityResolver(IdentitySettings settings) {
    this.settings = settings;
  }

  /** The identity that these annotations give. */
  public Resolution resolve(AccountAnnotations annotations) {
    String role = annotations.roleArn();
    if (role == null || role.isBlank()) {
      return new Resolution.None(Reason.NO_ROLE, List.of());
    }
    StsEndpoints endpoints =
        settings.regionalSts() ? StsEndpoints.REGIONAL : StsEndpoints.SDK_DEFAULT;
    TokenRequest token = new TokenRequest(settings.audience(), settings.tokenExpirationSeconds());
    return new Resolution.Resolved(
        new Identity(new RoleArn(role.strip()), token, endpoints, List.of()));
  }
}
