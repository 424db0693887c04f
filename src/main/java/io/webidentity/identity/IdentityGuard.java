package io.webidentity.identity;

import io.webidentity.account.AccountKey;
import io.webidentity.account.NamespaceFinder;
import io.webidentity.account.NamespaceProperties;
import io.webidentity.aws.BaseRoleArn;
import io.webidentity.aws.EndpointUrl;
import io.webidentity.aws.RoleArn;
import io.webidentity.config.IdentitySettings;
import io.webidentity.config.RolePolicySettings;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Identity;
import io.webidentity.injection.Reason;
import io.webidentity.injection.SessionSettings;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.policy.Aspect;
import io.webidentity.policy.Enforcement;
import io.webidentity.policy.IdentityClaim;
import io.webidentity.policy.NamespaceAnnotations;
import io.webidentity.policy.NamespaceMetadata;
import io.webidentity.policy.PolicyDefaults;
import io.webidentity.policy.RoleGuard;
import io.webidentity.policy.RolePolicy;
import io.webidentity.policy.Verdict;
import io.webidentity.rolepolicy.RolePolicySource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds what was resolved against the role policy, before pods get it.
 *
 * <table>
 * <caption>What becomes of an identity</caption>
 * <tr><th>it is</th><th>enforce</th><th>result</th></tr>
 * <tr><td>none, or not decided</td><td></td><td>as it is</td></tr>
 * <tr><td>container credentials, whose role the node's agent chooses</td><td></td><td>as it is</td></tr>
 * <tr><td>any other, while the policy or a Namespace that it depends on cannot be read</td>
 * <td></td><td>undecided</td></tr>
 * <tr><td>allowed</td><td></td><td>as it is</td></tr>
 * <tr><td rowspan="3">denied</td><td>audit</td><td>as it is, with a finding</td></tr>
 * <tr><td>skip</td><td>none, with a finding</td></tr>
 * <tr><td>deny</td><td>rejected, with a finding</td></tr>
 * </table>
 */
public final class IdentityGuard {
  /** There is no policy: everything is as it is. */
  public static final IdentityGuard NONE = new IdentityGuard(null);

  /** What is in force where annotations of Namespaces alone decide. */
  private static final RolePolicySource ANNOTATIONS_ALONE =
      () -> Optional.of(new RolePolicy(Enforcement.SKIP, List.of()));

  private final @Nullable Parts parts;

  private IdentityGuard(@Nullable Parts parts) {
    this.parts = parts;
  }

  /**
   * Holds identities against the policy, if there is one, and the annotations of Namespaces, if
   * they count.
   *
   * @param policy what {@code wanted} names
   */
  public static IdentityGuard of(
      RolePolicySettings wanted,
      Optional<? extends RolePolicySource> policy,
      IdentitySettings identity,
      SessionSettings session) {
    if (policy.isEmpty() && !wanted.namespaceAnnotations()) {
      return IdentityGuard.NONE;
    }
    PolicyDefaults defaults =
        new PolicyDefaults(identity.audience(), session.stsEndpoint().or(() -> session.endpoint()));
    Optional<NamespaceAnnotations> annotations =
        wanted.namespaceAnnotations()
            ? Optional.of(new NamespaceAnnotations(wanted.baseRoleArn().map(BaseRoleArn::new)))
            : Optional.empty();
    RolePolicySource source =
        policy.<RolePolicySource>map(watched -> watched).orElse(ANNOTATIONS_ALONE);
    return of(source, defaults, annotations);
  }

  /**
   * A guard with a policy.
   *
   * @param defaults what rules without lists allow
   * @param annotations how annotations of Namespaces are read, if they count
   */
  public static IdentityGuard of(
      RolePolicySource policy,
      PolicyDefaults defaults,
      Optional<NamespaceAnnotations> annotations) {
    return new IdentityGuard(new Parts(policy, defaults, annotations));
  }

  /** Whether a decision may need what these know: as defaults, or for the policy of now. */
  public boolean needs(NamespaceFinder namespaces) {
    return namespaces.areDefaults() || readsNamespaces();
  }

  /** Whether a verdict may need more of a Namespace than its name, by the policy of now. */
  public boolean readsNamespaces() {
    return parts != null && parts.guard().filter(RoleGuard::readsNamespaces).isPresent();
  }

  /**
   * What becomes of the account's resolution.
   *
   * @param namespace its Namespace; looked at only where {@link #readsNamespaces}
   * @param trail notes the verdict
   */
  public Resolution check(
      AccountKey account,
      Resolution resolution,
      ObjectLookup<NamespaceProperties> namespace,
      Trail trail) {
    if (parts == null || !(resolution instanceof Resolution.Resolved resolved)) {
      return resolution;
    }
    Identity identity = resolved.identity();
    return identity
        .role()
        .map(role -> check(parts, account, claim(role, identity), resolved, namespace, trail))
        .orElse(resolution);
  }

  private static Resolution check(
      Parts parts,
      AccountKey account,
      IdentityClaim claim,
      Resolution.Resolved resolved,
      ObjectLookup<NamespaceProperties> namespace,
      Trail trail) {
    Optional<RoleGuard> guard = parts.guard();
    if (guard.isEmpty()) {
      return new Resolution.Undecided(
          Reason.LOOKUP_FAILED, "The role policy has not been read yet; see the webhook's log.");
    }
    NamespaceProperties properties = NamespaceProperties.NONE;
    if (guard.get().readsNamespaces()) {
      switch (namespace) {
        case ObjectLookup.Found(NamespaceProperties found) -> properties = found;
        case ObjectLookup.NotFound() -> {
          // It has no labels that a rule could select.
        }
        case ObjectLookup.Failed(LookupResult result, String message) -> {
          return Resolution.Undecided.of(result, message);
        }
      }
    }
    NamespaceMetadata metadata =
        new NamespaceMetadata(
            account.namespace(), properties.labels(), properties.roleAnnotations());
    return judge(guard.get(), metadata, claim, resolved, trail);
  }

  /** SDKs take the server of all services for STS too, where STS has none of its own. */
  private static IdentityClaim claim(RoleArn role, Identity identity) {
    Optional<EndpointUrl> server =
        identity.session().stsEndpoint().or(() -> identity.session().endpoint());
    return new IdentityClaim(role, identity.token().audience(), server);
  }

  private static Resolution judge(
      RoleGuard guard,
      NamespaceMetadata namespace,
      IdentityClaim claim,
      Resolution.Resolved resolved,
      Trail trail) {
    return switch (guard.evaluate(namespace, claim)) {
      case Verdict.Allowed(String by) -> {
        trail.answer(Trail.Source.ROLE_POLICY, "allowed by %s", by);
        yield resolved;
      }
      case Verdict.Denied(Aspect aspect, String because) -> {
        trail.answer(Trail.Source.ROLE_POLICY, "denied: %s", because);
        List<Finding> findings = new ArrayList<>();
        findings.add(finding(guard.enforcement(), aspect, namespace.name(), claim, because));
        findings.addAll(resolved.identity().findings());
        yield switch (guard.enforcement()) {
          case AUDIT -> resolved.withFindings(findings);
          case SKIP -> new Resolution.None(Reason.IDENTITY_DENIED, findings);
          case DENY -> new Resolution.Rejected(Reason.POD_REJECTED, findings);
        };
      }
    };
  }

  private static Finding finding(
      Enforcement enforcement,
      Aspect aspect,
      String namespace,
      IdentityClaim claim,
      String because) {
    boolean audit = enforcement == Enforcement.AUDIT;
    Reason reason =
        switch (aspect) {
          case ROLE -> audit ? Reason.ROLE_DENIED_AUDIT : Reason.ROLE_DENIED;
          case AUDIENCE -> audit ? Reason.AUDIENCE_DENIED_AUDIT : Reason.AUDIENCE_DENIED;
          case STS_ENDPOINT ->
              audit ? Reason.STS_ENDPOINT_DENIED_AUDIT : Reason.STS_ENDPOINT_DENIED;
        };
    String value =
        switch (aspect) {
          case ROLE -> claim.role().value();
          case AUDIENCE -> claim.audience();
          case STS_ENDPOINT -> claim.stsEndpoint().map(EndpointUrl::value).orElse("");
        };
    String kind =
        switch (aspect) {
          case ROLE -> "Role";
          case AUDIENCE -> "Token audience";
          case STS_ENDPOINT -> "STS endpoint";
        };
    return Finding.denied(reason, kind, value, namespace, because, enforcement == Enforcement.DENY);
  }

  private record Parts(
      RolePolicySource policy,
      PolicyDefaults defaults,
      Optional<NamespaceAnnotations> annotations) {
    Optional<RoleGuard> guard() {
      return policy.current().map(rules -> new RoleGuard(rules, defaults, annotations));
    }
  }
}
