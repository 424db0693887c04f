package io.webidentity.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.aws.EndpointUrl;
import io.webidentity.aws.RoleArn;
import io.webidentity.policy.LabelSelector.Operator;
import io.webidentity.policy.LabelSelector.Requirement;
import io.webidentity.policy.Verdict.Allowed;
import io.webidentity.policy.Verdict.Denied;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoleGuardTest {
  private static final String A = "arn:aws:iam::1:role/a";
  private static final String B = "arn:aws:iam::1:role/b";
  private static final EndpointUrl MINIO = new EndpointUrl("https://minio:9000");
  private static final PolicyDefaults DEFAULTS =
      new PolicyDefaults("sts.amazonaws.com", Optional.empty());

  @Test
  void what_no_rule_allows_is_denied() throws Exception {
    assertThat(evaluate(List.of(), "team-a", claim(A)))
        .isEqualTo(new Denied(Aspect.ROLE, "no rule is for this namespace"));
    assertThat(evaluate(List.of(rule("other", A, "team-b")), "team-a", claim(A)))
        .isEqualTo(new Denied(Aspect.ROLE, "no rule is for this namespace"));
    assertThat(evaluate(List.of(rule("mine", B, "team-a")), "team-a", claim(A)))
        .isEqualTo(new Denied(Aspect.ROLE, "rule 'mine' does not allow it"));
    assertThat(evaluate(List.of(rule("mine", A, "team-a")), "team-a", claim(A)))
        .isEqualTo(new Allowed("rule 'mine'"));
  }

  @ParameterizedTest
  @CsvSource({
    "team-a, team-*",
    "team-a, team-a*",
    "team-a, *",
    "team-a, LABEL",
    "team-a, *team-a*",
    "team-*, te*",
    "*eam-a, team*",
    "team-*, *",
    "t*, LABEL",
    "LABEL, *",
  })
  void the_rule_that_describes_the_namespace_more_closely_decides_alone(String close, String wide)
      throws Exception {
    for (boolean closeFirst : new boolean[] {true, false}) {
      List<PolicyRule> rules =
          new ArrayList<>(List.of(rule("close", A, close), rule("wide", B, wide)));
      if (!closeFirst) {
        rules = rules.reversed();
      }
      assertThat(evaluate(rules, "team-a", claim(A))).isEqualTo(new Allowed("rule 'close'"));
      assertThat(evaluate(rules, "team-a", claim(B)))
          .isEqualTo(new Denied(Aspect.ROLE, "rule 'close' does not allow it"));
    }
  }

  @Test
  void the_closest_pattern_of_a_rule_counts_for_it() throws Exception {
    PolicyRule both = rule("both", A, "*", "team-a*");
    PolicyRule middle = rule("middle", B, "team*");

    assertThat(evaluate(List.of(middle, both), "team-a", claim(A)))
        .isEqualTo(new Allowed("rule 'both'"));
    assertThat(evaluate(List.of(middle, both), "team-b", claim(A)))
        .isEqualTo(new Denied(Aspect.ROLE, "rule 'middle' does not allow it"));
  }

  @Test
  void rules_that_are_equally_close_allow_what_any_of_them_allows() throws Exception {
    List<PolicyRule> rules =
        List.of(rule("one", A, "team-*"), rule("two", B, "*eam-a"), rule("wide", A, "*"));

    assertThat(evaluate(rules, "team-a", claim(A))).isEqualTo(new Allowed("rule 'one'"));
    assertThat(evaluate(rules, "team-a", claim(B))).isEqualTo(new Allowed("rule 'two'"));
    assertThat(evaluate(rules, "team-a", claim("arn:aws:iam::1:role/c")))
        .isEqualTo(new Denied(Aspect.ROLE, "rule 'one' and rule 'two' do not allow it"));
  }

  @Test
  void the_role_of_one_rule_never_goes_with_the_audience_or_server_of_another() throws Exception {
    List<PolicyRule> rules =
        List.of(
            rule("one", A, Optional.of(Set.of("vault")), Optional.of(Set.of())),
            rule("two", B, Optional.of(Set.of("minio")), Optional.of(Set.of(MINIO))));

    assertThat(evaluate(rules, "team-a", claim(A, "vault", null))).isInstanceOf(Allowed.class);
    assertThat(evaluate(rules, "team-a", claim(B, "minio", MINIO))).isInstanceOf(Allowed.class);
    assertThat(aspect(evaluate(rules, "team-a", claim(A, "minio", null))))
        .isEqualTo(Aspect.AUDIENCE);
    assertThat(aspect(evaluate(rules, "team-a", claim(A, "vault", MINIO))))
        .isEqualTo(Aspect.STS_ENDPOINT);
    assertThat(aspect(evaluate(rules, "team-a", claim(B, "vault", MINIO))))
        .isEqualTo(Aspect.AUDIENCE);
  }

  @Test
  void without_lists_only_the_flags_audience_and_server_are_allowed() throws Exception {
    PolicyRule rule = rule("r", A, Optional.empty(), Optional.empty());
    PolicyDefaults minio = new PolicyDefaults("minio", Optional.of(MINIO));

    assertThat(evaluate(List.of(rule), "team-a", claim(A))).isInstanceOf(Allowed.class);
    assertThat(aspect(evaluate(List.of(rule), "team-a", claim(A, "vault", null))))
        .isEqualTo(Aspect.AUDIENCE);
    assertThat(aspect(evaluate(List.of(rule), "team-a", claim(A, "sts.amazonaws.com", MINIO))))
        .isEqualTo(Aspect.STS_ENDPOINT);
    assertThat(guard(List.of(rule), minio).evaluate(namespace("team-a"), claim(A, "minio", MINIO)))
        .isInstanceOf(Allowed.class);
    assertThat(aspect(guard(List.of(rule), minio).evaluate(namespace("team-a"), claim(A))))
        .isEqualTo(Aspect.AUDIENCE);
  }

  @Test
  void a_list_takes_the_place_of_the_flags() throws Exception {
    PolicyRule rule = rule("r", A, Optional.of(Set.of("vault")), Optional.empty());

    assertThat(aspect(evaluate(List.of(rule), "team-a", claim(A)))).isEqualTo(Aspect.AUDIENCE);
  }

  @Test
  void an_empty_list_allows_nothing() throws Exception {
    PolicyRule noRoles = new PolicyRule("r", names("team-a"), Permissions.ofRoles(List.of()));
    PolicyRule noAudiences = rule("r", A, Optional.of(Set.of()), Optional.empty());
    PolicyRule noServers = rule("r", A, Optional.empty(), Optional.of(Set.of()));
    PolicyDefaults minio = new PolicyDefaults("sts.amazonaws.com", Optional.of(MINIO));

    assertThat(aspect(evaluate(List.of(noRoles), "team-a", claim(A)))).isEqualTo(Aspect.ROLE);
    assertThat(aspect(evaluate(List.of(noAudiences), "team-a", claim(A))))
        .isEqualTo(Aspect.AUDIENCE);
    assertThat(
            aspect(
                guard(List.of(noServers), minio)
                    .evaluate(namespace("team-a"), claim(A, "sts.amazonaws.com", MINIO))))
        .isEqualTo(Aspect.STS_ENDPOINT);
    assertThat(evaluate(List.of(noServers), "team-a", claim(A))).isInstanceOf(Allowed.class);
  }

  @Test
  void many_rules_that_deny_are_counted() throws Exception {
    List<PolicyRule> rules =
        List.of(rule("one", A, "team-a"), rule("two", A, "team-a"), rule("three", A, "team-a"));

    assertThat(evaluate(rules, "team-a", claim(B)))
        .isEqualTo(new Denied(Aspect.ROLE, "rule 'one' and 2 more rules do not allow it"));
  }

  @Test
  void annotations_count_only_where_no_rule_is_for_the_namespace() throws Exception {
    NamespaceMetadata annotated =
        new NamespaceMetadata("team-a", Map.of(), Map.of(NamespaceAnnotations.PERMITTED, ".*"));
    Optional<NamespaceAnnotations> annotations =
        Optional.of(new NamespaceAnnotations(Optional.empty()));

    assertThat(guard(List.of(), annotations).evaluate(annotated, claim(A)))
        .isEqualTo(new Allowed("annotation iam.amazonaws.com/permitted"));
    assertThat(guard(List.of(rule("r", B, "*")), annotations).evaluate(annotated, claim(A)))
        .isEqualTo(new Denied(Aspect.ROLE, "rule 'r' does not allow it"));
    assertThat(guard(List.of(), DEFAULTS).evaluate(annotated, claim(A)))
        .isEqualTo(new Denied(Aspect.ROLE, "no rule is for this namespace"));
  }

  @Test
  void namespaces_are_read_only_where_a_verdict_depends_on_them() throws Exception {
    Optional<NamespaceAnnotations> annotations =
        Optional.of(new NamespaceAnnotations(Optional.empty()));

    assertThat(guard(List.of(rule("r", A, "team-a")), DEFAULTS).readsNamespaces()).isFalse();
    assertThat(guard(List.of(rule("r", A, "LABEL")), DEFAULTS).readsNamespaces()).isTrue();
    assertThat(guard(List.of(), annotations).readsNamespaces()).isTrue();
  }

  private static Verdict evaluate(List<PolicyRule> rules, String namespace, IdentityClaim claim) {
    return guard(rules, DEFAULTS).evaluate(namespace(namespace), claim);
  }

  private static NamespaceMetadata namespace(String name) {
    return new NamespaceMetadata(name, Map.of("team", "a"), Map.of());
  }

  private static RoleGuard guard(List<PolicyRule> rules, PolicyDefaults defaults) {
    return new RoleGuard(new RolePolicy(Enforcement.SKIP, rules), defaults, Optional.empty());
  }

  private static RoleGuard guard(
      List<PolicyRule> rules, Optional<NamespaceAnnotations> annotations) {
    return new RoleGuard(new RolePolicy(Enforcement.SKIP, rules), DEFAULTS, annotations);
  }

  /** A rule for Namespaces of these names, {@code LABEL} being those with {@code team=a}. */
  private static PolicyRule rule(String name, String role, String... namespaces) throws Exception {
    NamespaceScope scope =
        namespaces[0].equals("LABEL")
            ? new NamespaceScope.Labels(
                new LabelSelector(List.of(Requirement.of("team", Operator.IN, Set.of("a")))))
            : names(namespaces);
    return new PolicyRule(name, scope, Permissions.ofRoles(List.of(RolePattern.of(role))));
  }

  private static PolicyRule rule(
      String name, String role, Optional<Set<String>> audiences, Optional<Set<EndpointUrl>> servers)
      throws Exception {
    return new PolicyRule(
        name, names("team-a"), new Permissions(List.of(RolePattern.of(role)), audiences, servers));
  }

  private static NamespaceScope names(String... patterns) throws Exception {
    List<NamespacePattern> names = new ArrayList<>();
    for (String pattern : patterns) {
      names.add(NamespacePattern.of(pattern));
    }
    return new NamespaceScope.Names(names);
  }

  private static IdentityClaim claim(String role) {
    return claim(role, "sts.amazonaws.com", null);
  }

  private static IdentityClaim claim(String role, String audience, @Nullable EndpointUrl server) {
    return new IdentityClaim(new RoleArn(role), audience, Optional.ofNullable(server));
  }

  private static Aspect aspect(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Denied.class);
    return ((Denied) verdict).aspect();
  }
}
