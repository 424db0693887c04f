package io.webidentity.rolepolicy;

import io.webidentity.aws.EndpointUrl;
import io.webidentity.policy.Enforcement;
import io.webidentity.policy.InvalidPolicyException;
import io.webidentity.policy.LabelSelector;
import io.webidentity.policy.LabelSelector.Operator;
import io.webidentity.policy.LabelSelector.Requirement;
import io.webidentity.policy.NamespacePattern;
import io.webidentity.policy.NamespaceScope;
import io.webidentity.policy.Permissions;
import io.webidentity.policy.PolicyRule;
import io.webidentity.policy.RolePattern;
import io.webidentity.policy.RolePolicy;
import io.webidentity.watch.UnusableContentException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads a role policy, YAML or JSON, strictly: what is unknown, twice, of another type or can never
 * match is an error. The format is in docs/role-policy.md.
 */
public final class RolePolicyReader {
  private static final List<String> POLICY = List.of("enforce", "rules");
  private static final List<String> RULE =
      List.of("name", "namespaces", "namespaceSelector", "roles", "audiences", "stsEndpoints");
  private static final List<String> SELECTOR = List.of("matchLabels", "matchExpressions");
  private static final List<String> REQUIREMENT = List.of("key", "operator", "values");

  private RolePolicyReader() {}

  /**
   * Reads a policy.
   *
   * @param source what to call the text in errors, such as the file's name
   * @throws UnusableContentException naming source, line and field of what is wrong
   */
  public static RolePolicy read(String source, String text) throws UnusableContentException {
    Node root = PolicyText.root(source, text);
    Map<String, PolicyNode> fields = new PolicyNode(source, "", root).fields(POLICY);
    PolicyNode enforce = fields.get("enforce");
    PolicyNode rules = fields.get("rules");
    if (rules == null) {
      throw new PolicyNode(source, "", root)
          .wrong("has no rules; list them, or write rules: [] to allow nothing.");
    }
    return new RolePolicy(
        enforce == null ? Enforcement.SKIP : enforce.oneOf(Enforcement::of, Enforcement.words()),
        rules(rules));
  }

  private static List<PolicyRule> rules(PolicyNode node) throws UnusableContentException {
    List<PolicyRule> rules = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (PolicyNode item : node.items()) {
      PolicyRule rule = rule(item);
      if (!names.add(rule.name())) {
        throw item.wrong(
            "has the name \"%s\" of another rule; give it one of its own."
                .formatted(PolicyNode.shown(rule.name())));
      }
      rules.add(rule);
    }
    return rules;
  }

  private static PolicyRule rule(PolicyNode node) throws UnusableContentException {
    Map<String, PolicyNode> fields = node.fields(RULE);
    PolicyNode name = fields.get("name");
    NamespaceScope scope = scope(node, fields);
    PolicyNode roles = fields.get("roles");
    if (roles == null) {
      throw node.wrong("has no roles; list their ARNs, or write roles: [] to allow none.");
    }
    Permissions permissions =
        new Permissions(
            patterns(roles, RolePattern::of),
            optional(fields.get("audiences"), RolePolicyReader::audience),
            optional(fields.get("stsEndpoints"), RolePolicyReader::endpoint));
    return new PolicyRule(name == null ? node.path() : name.text(), scope, permissions);
  }

  private static NamespaceScope scope(PolicyNode rule, Map<String, PolicyNode> fields)
      throws UnusableContentException {
    PolicyNode names = fields.get("namespaces");
    PolicyNode selector = fields.get("namespaceSelector");
    if (names != null && selector != null) {
      throw rule.wrong(
          "has namespaces and namespaceSelector; make two rules of it, or remove one of them.");
    }
    if (selector != null) {
      return new NamespaceScope.Labels(selector(selector));
    }
    if (names == null || names.items().isEmpty()) {
      throw rule.wrong("is for no namespace; list them in namespaces, \"*\" being all of them.");
    }
    return new NamespaceScope.Names(patterns(names, NamespacePattern::of));
  }

  private static LabelSelector selector(PolicyNode node) throws UnusableContentException {
    Map<String, PolicyNode> fields = node.fields(SELECTOR);
    List<Requirement> requirements = new ArrayList<>();
    PolicyNode labels = fields.get("matchLabels");
    if (labels != null) {
      for (Map.Entry<String, PolicyNode> label : labels.entries().entrySet()) {
        Set<String> value = Set.of(label.getValue().anyText());
        requirements.add(
            part(label.getValue(), () -> Requirement.of(label.getKey(), Operator.IN, value)));
      }
    }
    PolicyNode expressions = fields.get("matchExpressions");
    if (expressions != null) {
      for (PolicyNode expression : expressions.items()) {
        requirements.add(requirement(expression));
      }
    }
    if (requirements.isEmpty()) {
      throw node.wrong(
          "selects every namespace; write namespaces: [\"*\"] in its place if that is meant.");
    }
    return new LabelSelector(requirements);
  }

  private static Requirement requirement(PolicyNode node) throws UnusableContentException {
    Map<String, PolicyNode> fields = node.fields(REQUIREMENT);
    PolicyNode key = fields.get("key");
    PolicyNode operator = fields.get("operator");
    if (key == null || operator == null) {
      throw node.wrong("has no key or no operator; write both.");
    }
    PolicyNode values = fields.get("values");
    Set<String> compared = new HashSet<>();
    for (PolicyNode value : values == null ? List.<PolicyNode>of() : values.items()) {
      compared.add(value.anyText());
    }
    String label = key.text();
    Operator relation = operator.oneOf(Operator::of, Operator.words());
    return part(node, () -> Requirement.of(label, relation, compared));
  }

  /** Audiences are compared exactly: whoever writes an asterisk expects something else. */
  private static String audience(PolicyNode node) throws UnusableContentException {
    if (node.text().indexOf('*') >= 0) {
      throw node.wrong("has a *, but audiences are compared exactly; list them one by one.");
    }
    return node.text();
  }

  private static EndpointUrl endpoint(PolicyNode node) throws UnusableContentException {
    Optional<EndpointUrl> url = EndpointUrl.of(node.text());
    if (url.isEmpty() || node.text().indexOf('*') >= 0) {
      throw node.wrong(
          "is not the URL of an endpoint, which is compared exactly; write one such as "
              + "https://host:9000.");
    }
    return url.get();
  }

  private static <T> List<T> patterns(PolicyNode list, PatternReader<T> reader)
      throws UnusableContentException {
    List<T> patterns = new ArrayList<>();
    for (PolicyNode item : list.distinctTexts()) {
      String text = item.text();
      patterns.add(part(item, () -> reader.of(text)));
    }
    return patterns;
  }

  private static <T> Optional<Set<T>> optional(@Nullable PolicyNode list, ItemReader<T> reader)
      throws UnusableContentException {
    if (list == null) {
      return Optional.empty();
    }
    Set<T> values = new HashSet<>();
    for (PolicyNode item : list.distinctTexts()) {
      values.add(reader.of(item));
    }
    return Optional.of(values);
  }

  /** A part of the policy, or an error that says where the part is. */
  private static <T> T part(PolicyNode node, Part<T> part) throws UnusableContentException {
    try {
      return part.make();
    } catch (InvalidPolicyException e) {
      throw node.wrong(e.getMessage() + ".");
    }
  }

  private interface Part<T> {
    T make() throws InvalidPolicyException;
  }

  private interface PatternReader<T> {
    T of(String text) throws InvalidPolicyException;
  }

  private interface ItemReader<T> {
    T of(PolicyNode item) throws UnusableContentException;
  }
}
