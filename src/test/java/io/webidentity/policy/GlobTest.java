package io.webidentity.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.testing.pod.Choices;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "a, a, true",
    "a, A, false",
    "a, aa, false",
    "'', '', true",
    "*, '', true",
    "*, 'a-b_c+d=e,f.g@h9Z', true",
    "a*, a, true",
    "a*, ba, false",
    "*a, ba, true",
    "*a, ab, false",
    "a*b, ab, true",
    "a*b, axxb, true",
    "a*b, axxbc, false",
    "a*a, a, false",
    "*a*a*, aa, true",
    "*a*a*, ba, false",
    "a*, a/b, false",
    "a**, a/b/c, true",
    "a**c, a/b/c, true",
    "a***c, a/b/c, true",
    "**a*b, xa/ab, true",
    "**a*b, xa/a/b, false",
    "a**, a:b, false",
    "a:**, a:b, true",
    "a*, a%2e, false",
    "a.c, abc, false",
    "a[b]c, abc, false",
    "a.*, abc, false",
    "a\\*, a*, false",
    "(a|b)*, a, false",
  })
  void a_text_matches_as_a_whole_or_not(String pattern, String text, boolean expected) {
    assertThat(Glob.of(pattern).matches(text)).isEqualTo(expected);
  }

  @Test
  void no_wildcard_takes_a_letter_that_only_looks_latin_nor_a_digit_of_another_script() {
    for (String text :
        new String[] {"\u0430", "\u0661", "\uff41", "\u212a", "\n", " ", "\ud83d\ude00"}) {
      assertThat(Glob.of("**").matches(text)).as(text).isFalse();
    }
  }

  @Test
  void patterns_that_make_others_try_for_ages_are_decided() {
    assertThat(Glob.of("*a".repeat(500) + "*b").matches("a".repeat(2048))).isFalse();
    assertThat(Glob.of("**a*".repeat(500)).matches("a".repeat(2048))).isTrue();
  }

  @Test
  void it_agrees_with_the_regular_expression_that_means_the_same() {
    Choices choices = new Choices(20261122);
    for (int i = 0; i < 20_000; i++) {
      String pattern = text(choices, "a", "b", "/", ":", "*", "**");
      String text = text(choices, "a", "b", "a", "/", ":");
      String meaning =
          pattern.replaceAll("\\*\\*+", "\u0001").replace("*", "[ab]*").replace("\u0001", "[ab/]*");
      assertThat(Glob.of(pattern).matches(text))
          .as("%s, %s", pattern, text)
          .isEqualTo(Pattern.matches(meaning, text));
    }
  }

  private static String text(Choices choices, String... pieces) {
    StringBuilder text = new StringBuilder();
    for (int length = choices.below(7); length > 0; length--) {
      text.append(choices.oneOf(pieces));
    }
    return text.toString();
  }
}
