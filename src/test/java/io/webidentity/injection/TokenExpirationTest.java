package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.injection.Annotation.Holder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenExpirationTest {
  private static final String KEY = "eks.amazonaws.com/token-expiration";

  @ParameterizedTest
  @CsvSource({
    "600, 600",
    "601, 601",
    "86400, 86400",
    "+3600, 3600",
    "4294967295, 4294967295",
    "4294967296, 4294967296",
    "00000000000000000000000000003600, 3600",
    "599, 600",
    "0, 600",
    "-0, 600",
    "-3600, 600",
    "-9223372036854775808, 600",
  })
  void an_integer_is_a_lifetime_of_at_least_600_seconds(String value, long seconds) {
    assertThat(TokenExpiration.parse(annotation(value)))
        .isEqualTo(new TokenExpiration.Lifetime(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4294967297",
        "9223372036854775807",
        "9223372036854775808",
        "+99999999999999999999999999"
      })
  void a_lifetime_above_the_api_servers_limit_is_ignored(String value) {
    assertThat(TokenExpiration.parse(annotation(value)))
        .isEqualTo(
            new TokenExpiration.Ignored(
                Finding.of(Reason.TOKEN_EXPIRATION_TOO_LARGE, annotation(value))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+",
        "-",
        "1h",
        "3600 ",
        " 3600",
        "3_600",
        "1e4",
        "0x10",
        "3600.0",
        "--1",
        "+-1",
        "٣٦٠٠",
        "/",
        ":",
        "36:0",
        "3/0",
        "-9223372036854775809"
      })
  void what_is_no_integer_of_64_bits_is_ignored(String value) {
    assertThat(TokenExpiration.parse(annotation(value)))
        .isInstanceOfSatisfying(
            TokenExpiration.Ignored.class,
            ignored -> {
              assertThat(ignored.finding().reason()).isEqualTo(Reason.TOKEN_EXPIRATION_INVALID);
              assertThat(ignored.finding().message()).contains(KEY).contains("3600");
            });
  }

  @Test
  void digits_by_the_million_are_not_converted() {
    // Their conversion would take minutes, on an event loop.
    String digits = "9".repeat(3_000_000);

    assertThat(TokenExpiration.parse(annotation(digits)))
        .isInstanceOfSatisfying(
            TokenExpiration.Ignored.class,
            ignored ->
                assertThat(ignored.finding().reason())
                    .isEqualTo(Reason.TOKEN_EXPIRATION_TOO_LARGE));
    assertThat(TokenExpiration.parse(annotation("-" + digits)))
        .isInstanceOfSatisfying(
            TokenExpiration.Ignored.class,
            ignored ->
                assertThat(ignored.finding().reason()).isEqualTo(Reason.TOKEN_EXPIRATION_INVALID));
    assertThat(TokenExpiration.parse(annotation("0".repeat(3_000_000) + "3600")))
        .isEqualTo(new TokenExpiration.Lifetime(3600));
  }

  @Test
  void the_minimum_holds_for_flags_too() {
    assertThat(TokenExpiration.atLeastMinimum(599)).isEqualTo(600);
    assertThat(TokenExpiration.atLeastMinimum(601)).isEqualTo(601);
  }

  private static Annotation annotation(String value) {
    return new Annotation(Holder.SERVICE_ACCOUNT, KEY, value);
  }
}
