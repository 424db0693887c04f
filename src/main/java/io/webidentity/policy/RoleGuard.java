package io.webidentity.policy;

import java.util.Optional;

/**
 * Decides whether pods may have an identity: by the rules that are for their Namespace or, where
 * none is, by the Namespace's own annotations if those count. So a Namespace with a rule cannot be
 * given more by whoever may annotate it.
 */
public final class RoleGuard {
  private final RolePolicy policy;
  private final PolicyDefaults defaults;
  private final Optional<NamespaceAnnotations> annotations;

  /**
   * @param policy the rules
   * @param defaults what rules without lists allow
   * @param annotations how annotations of Namespaces are read, if they count
   */
  public RoleGuard(
      RolePolicy policy, PolicyDefaults defaults, Optional<NamespaceAnnotations> annotations) {
    this.policy = policy;
    this.defaults = defaults;
    this.annotations = annotations;
  }

  /** What becomes of pods whose identity is denied. */
  public Enforcement enforcement() {
    return policy.enforcement();
  }

  /** Whether a verdict needs more of a Namespace than its name. */
  public boolean readsNamespaces() {
    return annotations.isPresent() || policy.readsLabels();
  }

  /** The verdict. */
  public Verdict evaluate(NamespaceMetadata namespace, IdentityClaim claim) {
    return policy
        .evaluate(namespace, claim, defaults)
        .or(() -> annotations.map(reader -> reader.evaluate(namespace, claim, defaults)))
        .orElseGet(() -> new Verdict.Denied(Aspect.ROLE, "no rule is for this namespace"));
  }
}
