package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentValueTest {
  private static final char[] LETTERS = {'$', '(', 'A', ')'};
  private static final int LONGEST = 7;

  @Test
  void kubelet_makes_the_very_value_of_its_literal_and_of_no_text_that_refers_to_something() {
    int texts = 0;
    for (int length = 0; length <= LONGEST; length++) {
      for (int number = 0; number < 1 << (2 * length); number++) {
        String value = text(number, length);
        String literal = EnvironmentValue.literally(value);
        assertThat(expanded(literal)).isEqualTo(value);
        assertThat(EnvironmentValue.of(literal)).isEqualTo(new EnvironmentValue.Text(literal));
        if (EnvironmentValue.of(value) instanceof EnvironmentValue.Text) {
          assertThat(expanded(value)).doesNotContain("replaced");
        }
        texts++;
      }
    }
    assertThat(texts).isGreaterThan(20_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "$", "a$b", "$$$", "(a)", "$x(a)"})
  void what_kubelet_leaves_alone_is_changed_only_where_it_has_to_be(String value) {
    assertThat(EnvironmentValue.literally(value))
        .isEqualTo(value.contains("$$") ? value.replace("$", "$$") : value);
  }

  @ParameterizedTest
  @CsvSource({
    "$(A), true",
    "a$(A, true",
    "$$(A), false",
    "$$$(A), true",
    "$A, false",
    "$$$$(, false"
  })
  void an_odd_number_of_dollar_signs_before_a_parenthesis_refers(String text, boolean refers) {
    assertThat(EnvironmentValue.of(text) instanceof EnvironmentValue.Elsewhere).isEqualTo(refers);
  }

  private static String text(int number, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(LETTERS[(number >> (2 * i)) & 3]);
    }
    return text.toString();
  }

  /**
   * As kubelet expands a variable's value: two dollar signs are one, a reference is replaced, one
   * that does not end stays. Every variable has the value "replaced".
   */
  private static String expanded(String text) {
    StringBuilder expanded = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
      if (text.charAt(i) != '$') {
        expanded.append(text.charAt(i));
      } else if (next == '$') {
        expanded.append('$');
        i++;
      } else if (next == '(' && text.indexOf(')', i) > 0) {
        expanded.append("replaced");
        i = text.indexOf(')', i);
      } else {
        expanded.append('$');
      }
    }
    return expanded.toString();
  }
}
