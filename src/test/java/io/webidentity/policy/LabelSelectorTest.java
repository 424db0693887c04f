package io.webidentity.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webidentity.policy.LabelSelector.Operator;
import io.webidentity.policy.LabelSelector.Requirement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSelectorTest {
  @ParameterizedTest
  @CsvSource({
    "IN, prod, true",
    "IN, dev, false",
    "IN, , false",
    "NOT_IN, prod, false",
    "NOT_IN, dev, true",
    "NOT_IN, , true",
    "EXISTS, prod, true",
    "EXISTS, , false",
    "DOES_NOT_EXIST, prod, false",
    "DOES_NOT_EXIST, , true",
  })
  void operators_are_those_of_kubernetes(Operator operator, String value, boolean expected)
      throws Exception {
    Set<String> compared = operator.hasValues() ? Set.of("prod", "stage") : Set.of();
    LabelSelector selector =
        new LabelSelector(List.of(Requirement.of("example.com/tier", operator, compared)));
    Map<String, String> labels =
        value == null ? Map.of("tier", "prod") : Map.of("example.com/tier", value);

    assertThat(selector.matches(labels)).isEqualTo(expected);
  }

  @Test
  void all_requirements_must_be_met() throws Exception {
    LabelSelector selector =
        new LabelSelector(
            List.of(
                Requirement.of("team", Operator.IN, Set.of("a")),
                Requirement.of("tier", Operator.IN, Set.of("prod"))));

    assertThat(selector.matches(Map.of("team", "a", "tier", "prod"))).isTrue();
    assertThat(selector.matches(Map.of("team", "a"))).isFalse();
    assertThat(selector.matches(Map.of("team", "a", "tier", "dev"))).isFalse();
  }

  @Test
  void a_label_may_be_compared_with_the_empty_value() throws Exception {
    LabelSelector selector =
        new LabelSelector(List.of(Requirement.of("team", Operator.IN, Set.of(""))));

    assertThat(selector.matches(Map.of("team", ""))).isTrue();
    assertThat(selector.matches(Map.of())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-a", "a b", "te\u0430m", "a/b/c", "/a", "a/", "A.example/x", "^team$"})
  void a_key_that_no_label_has_would_match_everything_where_it_must_be_absent(String key) {
    assertThatThrownBy(() -> Requirement.of(key, Operator.DOES_NOT_EXIST, Set.of()))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("can be no label's key");
  }

  @Test
  void values_and_operator_must_fit() {
    assertThatThrownBy(() -> Requirement.of("team", Operator.IN, Set.of()))
        .hasMessageContaining("has no values");
    assertThatThrownBy(() -> Requirement.of("team", Operator.NOT_IN, Set.of()))
        .hasMessageContaining("has no values");
    assertThatThrownBy(() -> Requirement.of("team", Operator.EXISTS, Set.of("a")))
        .hasMessageContaining("has values, which are not compared");
    assertThatThrownBy(() -> Requirement.of("team", Operator.NOT_IN, Set.of("te\u0430m")))
        .hasMessageContaining("can be no label's value");
    assertThatThrownBy(() -> Requirement.of("team", Operator.NOT_IN, Set.of("a*")))
        .hasMessageContaining("can be no label's value");
  }

  @Test
  void a_selector_of_everything_cannot_be_made() {
    assertThatThrownBy(() -> new LabelSelector(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
