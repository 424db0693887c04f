package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.testing.pod.InvisibleCharacters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTextTest {
  @Test
  void nothing_invisible_is_left_and_what_is_escaped_stays_as_it_is() {
    InvisibleCharacters.codePoints()
        .forEach(character -> {
          String shown = VisibleText.of("x" + Character.toString(character) + "y");
          assertThat(shown).matches("x\\\\([nrt]|u\\{[0-9a-f]{1,6}})y");
          assertThat(VisibleText.of(shown)).isSameAs(shown);
          assertThat(VisibleText.isVisible(Character.toString(character))).isFalse();
        });
    assertThat(InvisibleCharacters.areAllMissingIn(VisibleText.of(InvisibleCharacters.all())))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "arn:aws:iam::1:role/x", "\"quoted\" \\n", "Zürich 東京 😀 …", "a b"})
  void text_that_can_be_seen_is_the_same_object(String text) {
    assertThat(VisibleText.of(text)).isSameAs(text);
    assertThat(VisibleText.isVisible(text)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "0a, \\n",
    "0d, \\r",
    "09, \\t",
    "1b, \\u{1b}",
    "85, \\u{85}",
    "202e, \\u{202e}",
    "e0001, \\u{e0001}",
    "d800, \\u{d800}"
  })
  void an_escape_names_the_character(String codePoint, String escape) {
    assertThat(VisibleText.of(Character.toString(Integer.parseInt(codePoint, 16))))
        .isEqualTo(escape);
  }

  @Test
  void warnings_show_none_either_whatever_value_they_quote() {
    InvisibleCharacters.codePoints()
        .forEach(character -> {
          String value = Character.toString(character);
          String message =
              Finding.of(Reason.REGION_INVALID, new Annotation(Annotation.Holder.POD, value, value))
                  .message();
          assertThat(VisibleText.isVisible(message)).as(message).isTrue();
        });
  }
}
