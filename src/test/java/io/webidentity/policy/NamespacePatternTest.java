package io.webidentity.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamespacePatternTest {
  @ParameterizedTest
  @CsvSource({
    "team-a, team-a, true",
    "team-a, team-ab, false",
    "team-a, xteam-a, false",
    "team-*, team-a, true",
    "team-*, myteam-a, false",
    "*-prod, shop-prod, true",
    "*-prod, shop-prod-2, false",
    "*, kube-system, true",
    "team-*-dev, team-a-dev, true",
    "team-*-dev, team-dev, false",
  })
  void it_is_anchored_at_both_ends(String pattern, String name, boolean expected) throws Exception {
    assertThat(NamespacePattern.of(pattern).matches(name)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Team-a",
        "team_a",
        "team.a",
        "../team-a",
        "team/a",
        "te\u0430m",
        "team ",
        "^a$",
        "team?"
      })
  void a_character_that_no_name_has_is_named(String pattern) {
    assertThatThrownBy(() -> NamespacePattern.of(pattern))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("has the character U+")
        .hasMessageContaining("write only a-z, 0-9, - and *");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-a",
        "a-",
        "-*",
        "0123456789012345678901234567890123456789012345678901234567890123",
        "0123456789012345678901234567890123456789012345678901234567890123*",
      })
  void what_can_be_no_name_is_refused(String pattern) {
    assertThatThrownBy(() -> NamespacePattern.of(pattern))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("can be no Namespace's name");
  }

  @ParameterizedTest
  @CsvSource({"te\u0430m, U+0430 (CYRILLIC SMALL LETTER A) at position 3"})
  void a_letter_that_only_looks_latin_is_told_by_its_name(String pattern, String expected) {
    assertThatThrownBy(() -> NamespacePattern.of(pattern)).hasMessageContaining(expected);
  }
}
