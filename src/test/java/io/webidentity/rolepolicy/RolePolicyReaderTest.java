package io.webidentity.rolepolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.webidentity.aws.EndpointUrl;
import io.webidentity.aws.RoleArn;
import io.webidentity.policy.Enforcement;
import io.webidentity.policy.IdentityClaim;
import io.webidentity.policy.NamespaceMetadata;
import io.webidentity.policy.PolicyDefaults;
import io.webidentity.policy.PolicyRule;
import io.webidentity.policy.RoleGuard;
import io.webidentity.policy.RolePolicy;
import io.webidentity.policy.Verdict;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RolePolicyReaderTest {
  private static final String WHOLE =
      """
      enforce: deny
      rules:
        - name: team-a
          namespaces: [team-a, "team-a-*"]
          roles: ["arn:aws:iam::1:role/team-a-*"]
          audiences: [sts.amazonaws.com, vault]
          stsEndpoints: ["https://minio:9000"]
        - namespaceSelector:
            matchLabels: {tier: prod}
            matchExpressions:
              - {key: team, operator: NotIn, values: [a, b]}
              - {key: example.com/locked, operator: DoesNotExist}
          roles: []
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "enforce: %s\nrules: []",
        "rules: %s",
        "%s: 1\nrules: []",
        "? %s\n: 1\n",
        "rules: [{namespaces: ['*'], roles: [1%s]}]",
        "rules: [{namespaces: ['%s'], roles: []}]",
        "rules: [{namespaces: ['*'], roles: ['%s']}]",
        "rules: [{name: x%1$s, namespaces: [a], roles: []}, {name: x%1$s, namespaces: [a], roles: []}]",
        "rules: [{namespaceSelector: {matchLabels: {a: '%s'}}, roles: []}]",
        "rules: ['%s",
        "%s",
      })
  void an_error_about_a_value_as_long_as_a_config_map_is_a_sentence_that_can_be_read(String text) {
    String policy = text.formatted("0".repeat(1024 * 1024));

    assertThatThrownBy(() -> RolePolicyReader.read("ConfigMap eks/policy", policy))
        .isInstanceOf(UnusableContentException.class)
        .hasMessageMatching("(?s)ConfigMap eks/policy.{20,500}\\.");
  }

  @Test
  void everything_that_is_written_counts() throws Exception {
    RolePolicy policy = RolePolicyReader.read("policy.yaml", WHOLE);

    assertThat(policy.enforcement()).isEqualTo(Enforcement.DENY);
    assertThat(policy.rules()).extracting(PolicyRule::name).containsExactly("team-a", "rules[1]");
    Verdict all =
        evaluate(policy, "team-a-dev", Map.of(), claim("team-a-x", "vault", "https://minio:9000"));
    assertThat(all).isEqualTo(new Verdict.Allowed("rule 'team-a'"));
    assertThat(evaluate(policy, "team-a", Map.of(), claim("team-b", "vault", "https://minio:9000")))
        .isInstanceOf(Verdict.Denied.class);
    assertThat(evaluate(policy, "x", Map.of("tier", "prod"), claim("y", "vault", "https://z")))
        .asString()
        .contains("rules[1]");
    assertThat(
            evaluate(
                policy, "x", Map.of("tier", "prod", "team", "a"), claim("y", "vault", "https://z")))
        .asString()
        .contains("no rule is for this namespace");
  }

  @Test
  void json_is_read_as_well() throws Exception {
    RolePolicy policy =
        RolePolicyReader.read(
            "policy.json",
            "{\"enforce\":\t\"audit\", \"rules\": [{\"namespaces\": [\"*\"], \"roles\":"
                + " [\"arn:aws:iam::1:role\\/x\"]}]}");

    assertThat(policy.enforcement()).isEqualTo(Enforcement.AUDIT);
    assertThat(
            evaluate(policy, "a", Map.of(), new IdentityClaim(role("x"), "aud", Optional.empty())))
        .isInstanceOf(Verdict.Allowed.class);
  }

  @Test
  void what_is_denied_is_skipped_unless_the_policy_says_otherwise() throws Exception {
    RolePolicy policy = RolePolicyReader.read("policy.yaml", "rules: []");

    assertThat(policy.enforcement()).isEqualTo(Enforcement.SKIP);
    assertThat(policy.rules()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void what_cannot_be_meant_is_refused_with_its_place(String text, String expected) {
    assertThatThrownBy(() -> RolePolicyReader.read("policy.yaml", text))
        .isInstanceOf(UnusableContentException.class)
        .hasMessage(expected);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments(
            "",
            "policy.yaml is empty; write a role policy, rules: [] being one that allows nothing."),
        arguments(
            "# nothing\n",
            "policy.yaml is empty; write a role policy, rules: [] being one that allows nothing."),
        arguments(
            "[]",
            "policy.yaml, line 1: the role policy is not a mapping; write name: value lines."),
        arguments(
            "enforce: deny",
            "policy.yaml, line 1: the role policy has no rules; list them, or write rules: [] to allow nothing."),
        arguments(
            "rules: []\n---\nrules: []",
            "policy.yaml has several documents; write all rules into one."),
        arguments(
            "rules:",
            "policy.yaml, line 1: rules is not a list; write its items with dashes, or [] for none."),
        arguments(
            "rules: []\nrules: []",
            "policy.yaml, line 2: rules is there twice; remove one of them."),
        arguments(
            "rules: []\nenforced: deny",
            "policy.yaml, line 2: enforced is no field of a role policy; did you mean enforce?"),
        arguments(
            "rules: []\nmode: audit",
            "policy.yaml, line 2: mode is no field of a role policy; write only enforce, rules."),
        arguments(
            "rules: []\nenforce: block",
            "policy.yaml, line 2: enforce is \"block\"; write one of audit, skip, deny."),
        arguments(
            "rules: []\nenforce: Deny",
            "policy.yaml, line 2: enforce is \"Deny\"; write one of audit, skip, deny."),
        arguments(
            "rules: []\nenforce: yes",
            "policy.yaml, line 2: enforce is not a string; put yes in quotes."),
        arguments(
            "rules: []\nenforce:", "policy.yaml, line 2: enforce is not a string; write one."),
        arguments(
            "rules: []\nenforce: ''",
            "policy.yaml, line 2: enforce is empty; write a value, or remove it."),
        arguments(
            "rules: []\n1: x", "policy.yaml, line 2: a key is not a string; put 1 in quotes."),
        rule("role: []", "rules[0].role is no field of a role policy; did you mean roles?"),
        rule(
            "namespace: [a]",
            "rules[0].namespace is no field of a role policy; did you mean namespaces?"),
        rule("Roles: []", "rules[0].Roles is no field of a role policy; did you mean roles?"),
        rule(
            "namespaces: [a]",
            "rules[0] has no roles; list their ARNs, or write roles: [] to allow none."),
        rule(
            "roles: []",
            "rules[0] is for no namespace; list them in namespaces, \"*\" being all of them."),
        rule(
            "namespaces: [], roles: []",
            "rules[0] is for no namespace; list them in namespaces, \"*\" being all of them."),
        rule(
            "namespaces: a, roles: []",
            "rules[0].namespaces is not a list; write its items with dashes, or [] for none."),
        rule(
            "namespaces: [1], roles: []",
            "rules[0].namespaces[0] is not a string; put 1 in quotes."),
        rule("namespaces: [[a]], roles: []", "rules[0].namespaces[0] is not a string; write one."),
        rule(
            "namespaces: [a, a], roles: []",
            "rules[0].namespaces[1] is in the list twice; remove one of them."),
        rule(
            "namespaces: [a, ''], roles: []",
            "rules[0].namespaces[1] is empty; write a value, or remove it."),
        rule(
            "namespaces: [a_b], roles: []",
            "rules[0].namespaces[0] has the character U+005F (LOW LINE) at position 2; write only a-z, 0-9, - and *."),
        rule(
            "namespaces: [a], namespaceSelector: {matchLabels: {a: b}}, roles: []",
            "rules[0] has namespaces and namespaceSelector; make two rules of it, or remove one of them."),
        rule(
            "namespaceSelector: {}, roles: []",
            "rules[0].namespaceSelector selects every namespace; write namespaces: [\"*\"] in its place if that is meant."),
        rule(
            "namespaceSelector: {matchLabels: {}, matchExpressions: []}, roles: []",
            "rules[0].namespaceSelector selects every namespace; write namespaces: [\"*\"] in its place if that is meant."),
        rule(
            "namespaceSelector: {matchLabel: {a: b}}, roles: []",
            "rules[0].namespaceSelector.matchLabel is no field of a role policy; did you mean matchLabels?"),
        rule(
            "namespaceSelector: {matchLabels: {a: 1}}, roles: []",
            "rules[0].namespaceSelector.matchLabels.a is not a string; put 1 in quotes."),
        rule(
            "namespaceSelector: {matchLabels: {a b: c}}, roles: []",
            "rules[0].namespaceSelector.matchLabels.a b can be no label's key; write one such as example.com/team."),
        rule(
            "namespaceSelector: {matchExpressions: [{key: a}]}, roles: []",
            "rules[0].namespaceSelector.matchExpressions[0] has no key or no operator; write both."),
        rule(
            "namespaceSelector: {matchExpressions: [{key: a, operator: in, values: [b]}]}, roles: []",
            "rules[0].namespaceSelector.matchExpressions[0].operator is \"in\"; write one of In, NotIn, Exists, DoesNotExist."),
        rule(
            "namespaceSelector: {matchExpressions: [{key: a, operator: In}]}, roles: []",
            "rules[0].namespaceSelector.matchExpressions[0] has no values to compare with; list them in values."),
        rule(
            "namespaces: [a], roles: arn:aws:iam::1:role/x",
            "rules[0].roles is not a list; write its items with dashes, or [] for none."),
        rule(
            "namespaces: [a], roles: [team-a]",
            "rules[0].roles[0] is not the ARN of a role; write arn:<partition>:iam::<account>:role/<name>, with * for a part of the name."),
        rule(
            "namespaces: [a], roles: ['*']",
            "rules[0].roles[0] is not the ARN of a role; write arn:<partition>:iam::<account>:role/<name>, with * for a part of the name."),
        rule(
            "namespaces: [a], roles: [], audiences: ",
            "rules[0].audiences is not a list; write its items with dashes, or [] for none."),
        rule(
            "namespaces: [a], roles: [], audiences: ['*']",
            "rules[0].audiences[0] has a *, but audiences are compared exactly; list them one by one."),
        rule(
            "namespaces: [a], roles: [], stsEndpoints: [minio]",
            "rules[0].stsEndpoints[0] is not the URL of an endpoint, which is compared exactly; write one such as https://host:9000."),
        rule(
            "namespaces: [a], roles: [], stsEndpoints: ['https://h/*']",
            "rules[0].stsEndpoints[0] is not the URL of an endpoint, which is compared exactly; write one such as https://host:9000."),
        rule(
            "name: r, namespaces: [a], roles: []}, {name: r, namespaces: [b], roles: []",
            "rules[1] has the name \"r\" of another rule; give it one of its own."),
        rule(
            "namespaces: [a], <<: {roles: []}",
            "rules[0] has a merge key (<<), which is not read here; write the fields out."));
  }

  /** A rule, or several, in the second line. */
  private static Arguments rule(String fields, String problem) {
    return arguments("rules:\n  [{" + fields + "}]", "policy.yaml, line 2: " + problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rules: [", "rules: []]", "\trules: []", "rules: [] x", "rules: *a", "a: \u0001"})
  void what_is_no_yaml_is_refused_without_quoting_it(String text) {
    assertThatThrownBy(() -> RolePolicyReader.read("policy.yaml", text))
        .isInstanceOf(UnusableContentException.class)
        .hasMessageStartingWith("policy.yaml")
        .hasMessageContaining("this is not valid YAML or JSON (")
        .hasNoCause();
  }

  @Test
  void an_asterisk_without_quotes_is_an_alias_and_the_error_says_what_to_do() {
    String text = "rules:\n  - namespaces: [*]\n    roles: []\n";

    assertThatThrownBy(() -> RolePolicyReader.read("policy.yaml", text))
        .hasMessageStartingWith("policy.yaml, line 2: ")
        .hasMessageEndingWith("put what begins with * in quotes.");
  }

  @Test
  void no_class_is_made_of_a_tag() {
    String text = "rules: [{namespaces: [a], roles: [!!java.net.URL [https://x]]}]";

    assertThatThrownBy(() -> RolePolicyReader.read("policy.yaml", text))
        .hasMessageContaining("Global tag is not allowed");
  }

  @Test
  void the_policy_of_the_documentation_is_one() throws Exception {
    String page = Files.readString(Path.of("docs/role-policy.md"));
    int begin = page.indexOf("```yaml\n") + "```yaml\n".length();
    String example = page.substring(begin, page.indexOf("```", begin));

    assertThat(RolePolicyReader.read("docs/role-policy.md", example).rules()).hasSizeGreaterThan(1);
  }

  private static Verdict evaluate(
      RolePolicy policy, String namespace, Map<String, String> labels, IdentityClaim claim) {
    return new RoleGuard(policy, new PolicyDefaults("aud", Optional.empty()), Optional.empty())
        .evaluate(new NamespaceMetadata(namespace, labels, Map.of()), claim);
  }

  private static IdentityClaim claim(String name, String audience, String server) {
    return new IdentityClaim(role(name), audience, Optional.of(new EndpointUrl(server)));
  }

  private static RoleArn role(String name) {
    return new RoleArn("arn:aws:iam::1:role/" + name);
  }
}
