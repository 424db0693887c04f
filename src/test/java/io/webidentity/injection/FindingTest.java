package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.injection.Annotation.Holder;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FindingTest {
  private static final Annotation ROLE =
      new Annotation(Holder.SERVICE_ACCOUNT, "eks.amazonaws.com/role-arn", "app");

  static List<Arguments> findings() {
    return List.of(
        row(
            () -> Finding.of(Reason.ROLE_ARN_MALFORMED, ROLE),
            Reason.ROLE_ARN_MALFORMED,
            "ServiceAccount annotation eks.amazonaws.com/role-arn is \"app\", not the ARN of a role, "
                + "and was injected as it is: "
                + "correct it to arn:<partition>:iam::<account>:role/<name>."),
        row(
            () ->
                Finding.of(
                    Reason.ROLE_ARN_BLANKS,
                    new Annotation(
                        Holder.SERVICE_ACCOUNT, "eks.amazonaws.com/role-arn", " arn:x\n")),
            Reason.ROLE_ARN_BLANKS,
            "ServiceAccount annotation eks.amazonaws.com/role-arn is \" arn:x\\n\", with blanks "
                + "around the ARN, which were left out: remove them."),
        row(
            () ->
                Finding.of(
                    Reason.AUDIENCE_EMPTY,
                    new Annotation(Holder.SERVICE_ACCOUNT, "eks.amazonaws.com/audience", ""),
                    "sts.amazonaws.com"),
            Reason.AUDIENCE_EMPTY,
            "ServiceAccount annotation eks.amazonaws.com/audience is \"\", so the audience "
                + "sts.amazonaws.com is used: name an audience or remove the annotation."),
        row(
            () ->
                Finding.of(
                    Reason.STS_REGIONAL_ENDPOINTS_INVALID,
                    new Annotation(
                        Holder.SERVICE_ACCOUNT, "eks.amazonaws.com/sts-regional-endpoints", "yes")),
            Reason.STS_REGIONAL_ENDPOINTS_INVALID,
            "ServiceAccount annotation eks.amazonaws.com/sts-regional-endpoints is \"yes\", not a "
                + "boolean, and was ignored: write true or false."),
        row(
            () ->
                Finding.of(
                    Reason.TOKEN_EXPIRATION_INVALID,
                    new Annotation(Holder.POD, "eks.amazonaws.com/token-expiration", "1h")),
            Reason.TOKEN_EXPIRATION_INVALID,
            "Pod annotation eks.amazonaws.com/token-expiration is \"1h\", not a whole number, and "
                + "was ignored: write seconds, such as 3600."),
        row(
            () ->
                Finding.of(
                    Reason.ROLE_SESSION_NAME_INVALID,
                    new Annotation(
                        Holder.SERVICE_ACCOUNT, "eks.amazonaws.com/role-session-name", "{pod}")),
            Reason.ROLE_SESSION_NAME_INVALID,
            "ServiceAccount annotation eks.amazonaws.com/role-session-name is \"{pod}\", not a "
                + "session name, and was ignored: use {namespace}, {service-account} or {cluster} "
                + "in it, or {pod-uid} alone."),
        row(
            () ->
                Finding.of(
                    Reason.CLUSTER_NAME_MISSING,
                    new Annotation(
                        Holder.SERVICE_ACCOUNT,
                        "eks.amazonaws.com/role-session-name",
                        "{cluster}")),
            Reason.CLUSTER_NAME_MISSING,
            "ServiceAccount annotation eks.amazonaws.com/role-session-name is \"{cluster}\" and was "
                + "ignored, as this cluster has no name: leave out {cluster}, or have the webhook "
                + "started with --cluster-name."),
        row(
            () ->
                Finding.of(
                    Reason.ENDPOINT_URL_INVALID,
                    new Annotation(
                        Holder.SERVICE_ACCOUNT, "eks.amazonaws.com/sts-endpoint-url", "minio")),
            Reason.ENDPOINT_URL_INVALID,
            "ServiceAccount annotation eks.amazonaws.com/sts-endpoint-url is \"minio\", not an "
                + "endpoint's URL, and was ignored: write one such as https://host:9000, without "
                + "user, query or $."),
        row(
            () ->
                Finding.of(
                    Reason.SKIP_CONTAINERS_INVALID,
                    new Annotation(Holder.POD, "eks.amazonaws.com/skip-containers", "a\"b")),
            Reason.SKIP_CONTAINERS_INVALID,
            "Pod annotation eks.amazonaws.com/skip-containers is \"a\\\"b\", not CSV, so no container "
                + "is skipped: write names with commas between them, without quotes."),
        row(
            () ->
                Finding.of(
                    Reason.SKIP_CONTAINERS_EXTRA,
                    new Annotation(Holder.POD, "eks.amazonaws.com/skip-containers", "a\nb")),
            Reason.SKIP_CONTAINERS_EXTRA,
            "Pod annotation eks.amazonaws.com/skip-containers is \"a\\nb\", of which only the first "
                + "line counts: write all names in one line, with commas between them."));
  }

  @ParameterizedTest
  @MethodSource("findings")
  void a_finding_names_the_annotation_and_its_value_and_says_what_to_do(
      Supplier<Finding> finding, Reason reason, String message) {
    assertThat(finding.get().reason()).isEqualTo(reason);
    assertThat(finding.get().message()).isEqualTo(message).endsWith(finding.get().remedy() + ".");
    assertThat(reason.kind()).isEqualTo(Reason.Kind.SURPRISE);
  }

  @ParameterizedTest
  @CsvSource({
    "http://user:password@minio:9000, http://…@minio:9000",
    "http://us@er:pass@minio/a@b, http://…@b",
    "http://user:pa/ss@minio, http://…@minio",
    "http:user:password@minio, http:…@minio",
    "http:\\user:password@minio, http:\\\\…@minio",
    "user:password@minio, user:…@minio",
    ":password@minio, …@minio",
    "'http://a\nb:password@minio', http://…@minio",
    "http://minio/a?, http://minio/a?",
  })
  void a_password_in_a_url_is_not_shown(String value, String shown) {
    assertThat(
            Finding.of(Reason.ENDPOINT_URL_INVALID, new Annotation(Holder.POD, "k", value))
                .message())
        .startsWith("Pod annotation k is \"" + shown + "\", not");
  }

  private static Arguments row(Supplier<Finding> finding, Reason reason, String message) {
    return Arguments.of(finding, reason, message);
  }

  @Test
  void a_long_value_is_cut_and_the_advice_is_not() {
    Finding finding =
        Finding.of(
            Reason.ROLE_ARN_MALFORMED,
            new Annotation(Holder.POD, "eks.amazonaws.com/role-arn", "x".repeat(1_000_000)));
    assertThat(finding.message())
        .hasSize(256)
        .startsWith("Pod annotation eks.amazonaws.com/role-arn is \"xxx")
        .contains("xxx…\", not the ARN of a role")
        .endsWith("correct it to arn:<partition>:iam::<account>:role/<name>.");
  }

  @Test
  void a_value_that_just_fits_is_not_cut() {
    int room = 256 - filled("a {0} c", "").length();
    assertThat(filled("a {0} c", "x".repeat(room)))
        .hasSize(256)
        .isEqualTo("a " + "x".repeat(room) + " c");
    assertThat(filled("a {0} c", "x".repeat(room + 1)))
        .hasSize(256)
        .isEqualTo("a " + "x".repeat(room - 1) + "… c");
  }

  @Test
  void long_values_give_way_to_short_ones() {
    String message = filled("{0}|{1}|{2}", "a".repeat(500), "b", "c".repeat(500));
    assertThat(message).matches("a{125}…\\|b\\|c{125}…").hasSizeLessThanOrEqualTo(256);
  }

  @Test
  void a_value_as_long_as_allowed_is_not_cut() {
    assertThat(filled("{0}{1}", "a".repeat(128), "b".repeat(200)))
        .isEqualTo("a".repeat(128) + "b".repeat(127) + "…");
  }

  @Test
  void a_cut_does_not_halve_a_character() {
    String message = filled("{0}", "x" + "😀".repeat(200));
    assertThat(message).isEqualTo("x" + "😀".repeat(127) + "…");
    assertThat(filled("{0}", "😀".repeat(200))).isEqualTo("😀".repeat(127) + "…");
    assertThat(filled("{0}", "x".repeat(254) + "😀" + "x".repeat(9)))
        .isEqualTo("x".repeat(254) + "…");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a\u0000b|a\\u{0}b",
        "a\u0007b|a\\u{7}b",
        "a\u007fb|a\\u{7f}b",
        "a\u0085b|a\\u{85}b",
        "a\u200eb|a\\u{200e}b",
        "a\u202eb|a\\u{202e}b",
        "a\u2028b|a\\u{2028}b",
        "a\u2029b|a\\u{2029}b",
        "a\udb40\udc01b|a\\u{e0001}b",
        "a\ud800b|a\\u{d800}b",
        "a\ufdd0b|a\\u{fdd0}b",
        "a\\b|a\\\\b",
        "a\"b|a\\\"b",
        "ü 😀 ключ|ü 😀 ключ",
      })
  void what_cannot_be_seen_is_escaped(String value, String shown) {
    assertThat(filled("{0}", value)).isEqualTo(shown);
  }

  @Test
  void line_ends_and_tabs_are_escaped_by_their_letters() {
    assertThat(filled("<{0}>", "a\r\n\tb")).isEqualTo("<a\\r\\n\\tb>");
  }

  @Test
  void braces_that_are_no_place_are_text() {
    assertThat(filled("use {namespace}, {} or {x}: {0}", "v"))
        .isEqualTo("use {namespace}, {} or {x}: v");
  }

  @ParameterizedTest
  @EnumSource
  void every_surprise_has_advice(Reason reason) {
    assertThat(reason.wording().remedy().isEmpty())
        .isEqualTo(reason.kind() != Reason.Kind.SURPRISE);
  }

  private static String filled(String template, String... values) {
    return new MessageTemplate(template).fill(place -> values[Integer.parseInt(place)]);
  }
}
