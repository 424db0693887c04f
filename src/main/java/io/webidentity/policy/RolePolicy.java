package io.webidentity.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which identities pods may have, by Namespace. What no rule allows is denied.
 *
 * <p>The rules that describe a Namespace most closely decide alone ({@link NamespaceScope}): a
 * close rule takes away what a wider one allows. Several that are equally close allow what any of
 * them allows; each one as a whole, so that the role of one never goes with the audience of
 * another.
 *
 * @param enforcement what becomes of pods whose identity is not allowed
 * @param rules in the order of the file
 * @param readsLabels whether a verdict depends on the labels of Namespaces; asked for each pod
 */
public record RolePolicy(Enforcement enforcement, List<PolicyRule> rules, boolean readsLabels) {
  public RolePolicy {
    rules = List.copyOf(rules);
  }

  /** With these rules. */
  public RolePolicy(Enforcement enforcement, List<PolicyRule> rules) {
    this(
        enforcement,
        rules,
        rules.stream().anyMatch(rule -> rule.scope() instanceof NamespaceScope.Labels));
  }

  /** The verdict of the rules; empty if none is for this Namespace. */
  Optional<Verdict> evaluate(
      NamespaceMetadata namespace, IdentityClaim claim, PolicyDefaults defaults) {
    List<PolicyRule> deciding = closest(namespace);
    if (deciding.isEmpty()) {
      return Optional.empty();
    }
    Aspect furthest = Aspect.ROLE;
    for (PolicyRule rule : deciding) {
      Optional<Aspect> denied = rule.permissions().firstDenied(claim, defaults);
      if (denied.isEmpty()) {
        return Optional.of(new Verdict.Allowed(called(rule)));
      }
      furthest = denied.get().compareTo(furthest) > 0 ? denied.get() : furthest;
    }
    return Optional.of(new Verdict.Denied(furthest, blame(deciding)));
  }

  private List<PolicyRule> closest(NamespaceMetadata namespace) {
    List<PolicyRule> closest = new ArrayList<>();
    int best = 0;
    for (PolicyRule rule : rules) {
      OptionalInt closeness = rule.scope().closeness(namespace);
      if (closeness.isEmpty() || (closeness.getAsInt() < best && !closest.isEmpty())) {
        continue;
      }
      if (closeness.getAsInt() > best) {
        closest.clear();
        best = closeness.getAsInt();
      }
      closest.add(rule);
    }
    return closest;
  }

  private static String blame(List<PolicyRule> rules) {
    String first = called(rules.getFirst());
    return switch (rules.size()) {
      case 1 -> first + " does not allow it";
      case 2 -> first + " and " + called(rules.getLast()) + " do not allow it";
      default -> first + " and " + (rules.size() - 1) + " more rules do not allow it";
    };
  }

  private static String called(PolicyRule rule) {
    return "rule '" + rule.name() + "'";
  }
}
