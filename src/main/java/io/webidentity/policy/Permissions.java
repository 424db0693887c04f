package io.webidentity.policy;

import io.webidentity.aws.EndpointUrl;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a rule allows.
 *
 * @param roles the roles; none allows nothing
 * @param audiences the audiences of tokens, compared exactly; absent: the flags' own
 * @param stsEndpoints the STS servers that may be named, compared as they are written; absent: the
 *     flags' own. Naming none is allowed: SDKs then ask AWS's
 */
public record Permissions(
    List<RolePattern> roles,
    Optional<Set<String>> audiences,
    Optional<Set<EndpointUrl>> stsEndpoints) {
  public Permissions {
    roles = List.copyOf(roles);
    audiences = audiences.map(Set::copyOf);
    stsEndpoints = stsEndpoints.map(Set::copyOf);
  }

  /** These roles, with the flags' audience and STS server. */
  static Permissions ofRoles(List<RolePattern> roles) {
    return new Permissions(roles, Optional.empty(), Optional.empty());
  }

  /** The first thing that is not allowed, if anything is not. */
  Optional<Aspect> firstDenied(IdentityClaim claim, PolicyDefaults defaults) {
    if (roles.stream().noneMatch(role -> role.matches(claim.role()))) {
      return Optional.of(Aspect.ROLE);
    }
    return firstDeniedBesideRole(claim, defaults);
  }

  Optional<Aspect> firstDeniedBesideRole(IdentityClaim claim, PolicyDefaults defaults) {
    if (!audiences.orElse(Set.of(defaults.audience())).contains(claim.audience())) {
      return Optional.of(Aspect.AUDIENCE);
    }
    Set<EndpointUrl> servers =
        stsEndpoints.orElseGet(() -> defaults.stsEndpoint().map(Set::of).orElse(Set.of()));
    return claim.stsEndpoint().isPresent() && !servers.contains(claim.stsEndpoint().get())
        ? Optional.of(Aspect.STS_ENDPOINT)
        : Optional.empty();
  }
}
