package io.webidentity.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webidentity.aws.BaseRoleArn;
import io.webidentity.aws.EndpointUrl;
import io.webidentity.aws.RoleArn;
import io.webidentity.policy.Verdict.Allowed;
import io.webidentity.policy.Verdict.Denied;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamespaceAnnotationsTest {
  private static final String ALLOWED_ROLES = NamespaceAnnotations.ALLOWED_ROLES;
  private static final String PERMITTED = NamespaceAnnotations.PERMITTED;
  private static final PolicyDefaults DEFAULTS =
      new PolicyDefaults("sts.amazonaws.com", Optional.empty());

  private final NamespaceAnnotations annotations =
      new NamespaceAnnotations(Optional.of(new BaseRoleArn("arn:aws:iam::1:role/")));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"reader\"] | arn:aws:iam::1:role/reader | true",
        "[\"reader\"] | arn:aws:iam::2:role/reader | false",
        "[\"reader\"] | arn:aws:iam::1:role/reader2 | false",
        "[\"reader\"] | arn:aws:iam::1:role/x/reader | false",
        "[\"other\",\"reader\"] | arn:aws:iam::1:role/reader | true",
        " [ \"reader\" ] | arn:aws:iam::1:role/reader | true",
        "[\"team/*\"] | arn:aws:iam::1:role/team/a | true",
        "[\"team/*\"] | arn:aws:iam::1:role/team/a/b | true",
        "[\"team/*\"] | arn:aws:iam::1:role/team/../admin | false",
        "[\"team/*\"] | arn:aws:iam::1:role/team2/a | false",
        "[\"*\"] | arn:aws:iam::1:role/any/thing | true",
        "[\"*\"] | arn:aws:iam::2:role/any | false",
        "[\"arn:aws:iam::2:role/x-*\"] | arn:aws:iam::2:role/x-1 | true",
        "[\"ARN:aws:iam::2:role/x\"] | arn:aws:iam::2:role/x | false",
        "[\"arn:*\"] | arn:aws:iam::2:role/x | false",
        "[\"te.m\"] | arn:aws:iam::1:role/team | false",
        "[\"\"] | arn:aws:iam::1:role/reader | false",
        "[] | arn:aws:iam::1:role/reader | false",
      })
  void kube2iams_list_has_names_or_arns_with_asterisks(
      String value, String role, boolean expected) {
    assertThat(allows(annotations, ALLOWED_ROLES, value, role)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "reader",
        "\"reader\"",
        "[\"reader\"",
        "[\"reader\"] x",
        "[\"reader\"][\"b\"]",
        "[\"reader\", 1]",
        "[\"reader\", null]",
        "[[\"reader\"]]",
        "{\"a\": \"reader\"}",
        "['reader']",
      })
  void a_list_that_is_no_json_array_of_strings_allows_nothing(String value) {
    assertThat(evaluate(annotations, ALLOWED_ROLES, value, "arn:aws:iam::1:role/reader"))
        .isEqualTo(
            new Denied(
                Aspect.ROLE,
                "the namespace's annotation iam.amazonaws.com/allowed-roles is not a JSON array of"
                    + " strings"));
  }

  @Test
  void a_list_that_is_too_long_to_be_tried_allows_nothing() {
    String value = "[\"*\",\"" + "*a".repeat(4_096) + "\"]";

    assertThat(evaluate(annotations, ALLOWED_ROLES, value, "arn:aws:iam::1:role/reader"))
        .isEqualTo(
            new Denied(
                Aspect.ROLE,
                "the namespace's annotation iam.amazonaws.com/allowed-roles is too large"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        ".*; arn:aws:iam::2:role/any; true",
        "reader; arn:aws:iam::1:role/reader; true",
        "reader; arn:aws:iam::2:role/reader; false",
        "reader; arn:aws:iam::1:role/reader2; false",
        "read; arn:aws:iam::1:role/reader; false",
        "a|reader; arn:aws:iam::1:role/reader; true",
        "a|reader; arn:aws:iam::1:role/a-reader; false",
        "a|reader; arn:aws:iam::1:role/abc; false",
        "team/.*; arn:aws:iam::1:role/team/x; true",
        "team/.*; arn:aws:iam::1:role/team/../x; false",
        "arn:aws:iam::2:role/x.*; arn:aws:iam::2:role/xy; true",
        "arn:aws:iam::2:role/x.*; arn:aws:iam::2:role/yx; false",
        "^reader$; arn:aws:iam::1:role/reader; true",
        "(?i)READER; arn:aws:iam::1:role/reader; true",
        "(?i)k.*; arn:aws:iam::1:role/\u212a; false",
        "[a-z]{1,64}; arn:aws:iam::1:role/reader; true",
      })
  void kiams_expression_matches_the_whole_arn_or_the_whole_name(
      String value, String role, boolean expected) {
    assertThat(allows(annotations, PERMITTED, value, role)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "a)|(b", "*", "a{2,1}", "(?<=a)b", "\\1", "(?P<n", "a{1001}"})
  void what_is_no_expression_allows_nothing(String value) {
    assertThat(evaluate(annotations, PERMITTED, value, "arn:aws:iam::1:role/reader"))
        .isEqualTo(
            new Denied(
                Aspect.ROLE,
                "the namespace's annotation iam.amazonaws.com/permitted is not a regular"
                    + " expression"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "((((a{100}){100}){100}){100}){100}",
        "((a{100}){100}){10}",
        "(a{0,999}){99}",
        "((a{,999}){999}){999}",
        "a{99999999999999999999}",
      })
  void an_expression_that_would_fill_the_memory_is_not_tried(String value) {
    assertThat(evaluate(annotations, PERMITTED, value, "arn:aws:iam::1:role/reader"))
        .isEqualTo(
            new Denied(
                Aspect.ROLE,
                "the namespace's annotation iam.amazonaws.com/permitted is too large"));
  }

  @Test
  void an_expression_that_others_try_for_ages_is_decided() {
    String role = "arn:aws:iam::1:role/" + "a".repeat(2_000);

    assertThat(allows(annotations, PERMITTED, "(a*)*b", role)).isFalse();
    assertThat(allows(annotations, PERMITTED, "(a|a)*b|(a|aa)+b", role)).isFalse();
    assertThat(allows(annotations, PERMITTED, "(".repeat(500) + "a" + ")".repeat(500), role))
        .isFalse();
    assertThat(allows(annotations, PERMITTED, "a?".repeat(400) + "a".repeat(200), role)).isFalse();
    assertThat(evaluate(annotations, PERMITTED, "a".repeat(1_025), role).toString())
        .contains("is too large");
  }

  @Test
  void names_without_an_arn_mean_nothing_where_no_base_is_known() {
    NamespaceAnnotations baseless = new NamespaceAnnotations(Optional.empty());
    String role = "arn:aws:iam::1:role/reader";

    assertThat(allows(baseless, ALLOWED_ROLES, "[\"reader\", \"*\"]", role)).isFalse();
    assertThat(allows(baseless, PERMITTED, "reader", role)).isFalse();
    assertThat(allows(baseless, ALLOWED_ROLES, "[\"" + role + "\"]", role)).isTrue();
    assertThat(allows(baseless, PERMITTED, role, role)).isTrue();
  }

  @Test
  void one_annotation_that_allows_the_role_is_enough() {
    String role = "arn:aws:iam::1:role/reader";
    Map<String, String> brokenAndGood = Map.of(ALLOWED_ROLES, "[", PERMITTED, "reader");
    Map<String, String> neither = Map.of(ALLOWED_ROLES, "[\"x\"]", PERMITTED, "y");

    assertThat(annotations.evaluate(namespace(brokenAndGood), claim(role), DEFAULTS))
        .isEqualTo(new Allowed("annotation " + PERMITTED));
    assertThat(annotations.evaluate(namespace(neither), claim(role), DEFAULTS))
        .isEqualTo(new Denied(Aspect.ROLE, "the namespace's annotations do not allow it"));
    assertThat(annotations.evaluate(namespace(Map.of()), claim(role), DEFAULTS))
        .isEqualTo(
            new Denied(
                Aspect.ROLE,
                "no rule is for this namespace, and no annotation of it allows roles"));
    assertThat(allows(annotations, PERMITTED, "", role)).isFalse();
  }

  @Test
  void annotations_allow_no_audience_or_server_but_the_flags_own() {
    NamespaceMetadata namespace = namespace(Map.of(PERMITTED, "reader"));
    RoleArn role = new RoleArn("arn:aws:iam::1:role/reader");
    Optional<EndpointUrl> server = Optional.of(new EndpointUrl("https://minio"));

    assertThat(
            annotations.evaluate(
                namespace, new IdentityClaim(role, "vault", Optional.empty()), DEFAULTS))
        .isEqualTo(new Denied(Aspect.AUDIENCE, "annotation " + PERMITTED + " does not allow it"));
    assertThat(
            annotations.evaluate(
                namespace, new IdentityClaim(role, "sts.amazonaws.com", server), DEFAULTS))
        .isEqualTo(
            new Denied(Aspect.STS_ENDPOINT, "annotation " + PERMITTED + " does not allow it"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "arn:aws:iam::1:role",
        "arn:aws:iam::1:user/",
        "arn:aws:iam::*:role/",
        "arn:aws:iam::1:role/a",
        "role/"
      })
  void a_base_is_the_beginning_of_a_roles_arn(String text) {
    assertThat(BaseRoleArn.of(text)).isEmpty();
    assertThatThrownBy(() -> new BaseRoleArn(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_base_may_have_a_path() {
    NamespaceAnnotations based =
        new NamespaceAnnotations(BaseRoleArn.of("arn:aws:iam::1:role/k8s/"));

    assertThat(allows(based, ALLOWED_ROLES, "[\"a\"]", "arn:aws:iam::1:role/k8s/a")).isTrue();
    assertThat(allows(based, PERMITTED, "a", "arn:aws:iam::1:role/k8s/a")).isTrue();
    assertThat(allows(based, PERMITTED, "a", "arn:aws:iam::1:role/a")).isFalse();
  }

  private static boolean allows(
      NamespaceAnnotations annotations, String key, String value, String role) {
    return evaluate(annotations, key, value, role) instanceof Allowed;
  }

  private static Verdict evaluate(
      NamespaceAnnotations annotations, String key, String value, String role) {
    return annotations.evaluate(namespace(Map.of(key, value)), claim(role), DEFAULTS);
  }

  private static NamespaceMetadata namespace(Map<String, String> annotations) {
    return new NamespaceMetadata("team-a", Map.of(), annotations);
  }

  private static IdentityClaim claim(String role) {
    return new IdentityClaim(new RoleArn(role), "sts.amazonaws.com", Optional.empty());
  }
}
