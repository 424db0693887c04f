package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.webidentity.testing.pod.Choices;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link SessionNameTemplate} and the {@link SessionName} that it makes. */
class SessionNameTest {
  /** STS: AssumeRoleWithWebIdentity, RoleSessionName. */
  private static final String STS = "[A-Za-z0-9_+=,.@-]{2,64}";

  private static final SessionNameTemplate.Values VALUES =
      new SessionNameTemplate.Values("shop", "orders.v1", Optional.of("prod-eu"));

  @ParameterizedTest
  @CsvSource({
    "{namespace}, shop",
    "{service-account}, orders.v1",
    "{cluster}, prod-eu",
    "{namespace}.{service-account}, shop.orders.v1",
    "'{cluster},{namespace},{service-account}', 'prod-eu,shop,orders.v1'",
    "{namespace}{namespace}, shopshop",
    "k8s={service-account}@{namespace}+{cluster}, k8s=orders.v1@shop+prod-eu",
    "nightly_batch, nightly_batch",
    "'AZaz09_+=,.@-', 'AZaz09_+=,.@-'",
  })
  void places_are_filled(String template, String name) {
    assertThat(fill(template)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "a b, a-b",
    "a/b:c, a-b-c",
    "ü😀x, --x",
    "$(HOME), --HOME-",
    "a\\b$1, a-b-1",
    "' ', --",
    "`[^|~<>\"#%&*;?!, ---------------",
  })
  void what_sts_does_not_take_becomes_a_hyphen(String template, String name) {
    assertThat(fill(template)).isEqualTo(name);
  }

  @Test
  void characters_next_to_those_that_sts_takes_are_none_of_them() {
    assertThat(fill("/09:")).isEqualTo("-09-");
    assertThat(fill("@AZ[")).isEqualTo("@AZ-");
    assertThat(fill("`az\u007f")).isEqualTo("-az-");
    assertThat(fill("*+,-./")).isEqualTo("-+,-.-");
    assertThat(fill("<=>?@")).isEqualTo("-=--@");
    assertThat(fill("a\n\u0000b")).isEqualTo("a--b");
    assertThat(fill("\u0661\u0430")).isEqualTo("--");
  }

  @Test
  void values_are_never_read_as_places_or_groups() {
    SessionNameTemplate.Values odd =
        new SessionNameTemplate.Values("{cluster}", "$0\\1", Optional.of("{namespace}"));
    assertThat(new SessionNameTemplate("{namespace}_{service-account}_{cluster}").fill(odd))
        .isEqualTo(new SessionName.Text("-cluster-_-0-1_-namespace-"));
  }

  @Test
  void a_name_of_one_character_gets_a_hyphen() {
    SessionNameTemplate.Values shortest = new SessionNameTemplate.Values("a", "", Optional.empty());
    assertThat(new SessionNameTemplate("{namespace}").fill(shortest))
        .isEqualTo(new SessionName.Text("a-"));
    assertThat(new SessionNameTemplate("{service-account}").fill(shortest))
        .isEqualTo(new SessionName.Text("--"));
    assertThat(fill("ab")).isEqualTo("ab");
  }

  @Test
  void a_name_that_is_too_long_keeps_its_beginning_and_ends_with_a_hash_of_all_of_it() {
    assertThat(fill("x".repeat(64))).isEqualTo("x".repeat(64));
    // 32-bit FNV-1a of 65 and 66 letters x, reckoned elsewhere.
    assertThat(fill("x".repeat(65))).isEqualTo("x".repeat(55) + "-b42b1787");
    assertThat(fill("x".repeat(66))).isEqualTo("x".repeat(55) + "-9ed6c66d");
    assertThat(fill("x".repeat(70) + "/")).isNotEqualTo(fill("x".repeat(70) + "-"));
    assertThat(fill("😀".repeat(64))).isEqualTo("-".repeat(64));
  }

  @Test
  void the_uid_stands_alone() {
    assertThat(new SessionNameTemplate("{pod-uid}").fill(VALUES))
        .isEqualTo(new SessionName.PodUid());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{",
        "}",
        "a}b",
        "{name}",
        "{Namespace}",
        "{ namespace }",
        "{{namespace}}",
        "{{namespace}cluster}",
        "{cluster{namespace}}",
        "{namespace",
        "namespace}",
        "{serviceaccount}",
        "{pod-uid}-{namespace}",
        "x{pod-uid}",
        "{pod-uid}{pod-uid}",
        "{pod-uid} ",
      })
  void other_braces_are_a_mistake(String text) {
    assertThat(SessionNameTemplate.of(text)).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> new SessionNameTemplate(text));
  }

  @Test
  void a_template_says_whether_it_needs_the_name_of_the_cluster() {
    assertThat(new SessionNameTemplate("x{cluster}").namesCluster()).isTrue();
    assertThat(new SessionNameTemplate("cluster").namesCluster()).isFalse();
    assertThat(new SessionNameTemplate("{pod-uid}").namesCluster()).isFalse();
    SessionNameTemplate.Values nameless =
        new SessionNameTemplate.Values("shop", "orders", Optional.empty());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SessionNameTemplate("{cluster}").fill(nameless));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new SessionSettings(
                SessionNameTemplate.of("{cluster}"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    assertThat(
            new SessionSettings(
                SessionNameTemplate.of("{cluster}"),
                Optional.of("c"),
                Optional.empty(),
                Optional.empty()))
        .isNotEqualTo(SessionSettings.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a b", "a\n", "ü-ü"})
  void a_name_that_sts_does_not_take_cannot_be_made(String value) {
    assertThatIllegalArgumentException().isThrownBy(() -> new SessionName.Text(value));
    assertThatIllegalArgumentException().isThrownBy(() -> new SessionName.Text("x".repeat(65)));
  }

  @Test
  void every_name_is_one_that_sts_takes_and_long_ones_stay_apart() {
    Seeds.forEach(seed -> {
      Choices choices = new Choices(seed);
      StringBuilder template = new StringBuilder();
      for (int parts = 1 + choices.below(4); parts > 0; parts--) {
        template.append(
            choices.oneOf(
                "{namespace}", "{service-account}", "{cluster}", "-", "/", text(choices)));
      }
      SessionNameTemplate.Values values =
          new SessionNameTemplate.Values(text(choices), text(choices), Optional.of(text(choices)));
      SessionNameTemplate parsed = new SessionNameTemplate(template.toString());
      assertThat(text(parsed.fill(values))).matches(STS);
      assertThat(parsed.fill(values)).isEqualTo(parsed.fill(values));
      String end = text(choices);
      String beginning = "x".repeat(64) + text(choices);
      assertThat(SessionName.closestTo(beginning + end + "a"))
          .isNotEqualTo(SessionName.closestTo(beginning + end + "b"));
    });
  }

  private static String fill(String template) {
    return text(new SessionNameTemplate(template).fill(VALUES));
  }

  private static String text(SessionName name) {
    return switch (name) {
      case SessionName.Text(String value) -> value;
      case SessionName.PodUid() -> throw new AssertionError("the uid is not known");
    };
  }

  /** At least one character; braces never, which a template does not take. */
  private static String text(Choices choices) {
    StringBuilder text = new StringBuilder();
    for (int length = 1 + choices.below(choices.oneOf(3, 70, 260)); length > 0; length--) {
      int character =
          choices.chance(80)
              ? 'a' + choices.below(26)
              : choices.below(Character.MAX_CODE_POINT + 1);
      text.appendCodePoint(character == '{' || character == '}' ? '_' : character);
    }
    return text.toString();
  }
}
