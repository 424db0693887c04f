package io.webidentity.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webidentity.aws.RoleArn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RolePatternTest {
  @ParameterizedTest
  @CsvSource({
    "arn:aws:iam::1:role/a, arn:aws:iam::1:role/a, true",
    "arn:aws:iam::1:role/a, arn:aws:iam::1:role/ab, false",
    "arn:aws:iam::1:role/a, xarn:aws:iam::1:role/a, false",
    "arn:aws:iam::1:role/a, arn:aws:iam::1:role/A, false",
    "arn:aws:iam::1:role/a.b, arn:aws:iam::1:role/aXb, false",
    "arn:aws:iam::1:role/a-*, arn:aws:iam::1:role/a-reader, true",
    "arn:aws:iam::1:role/a-*, arn:aws:iam::1:role/b/a-reader, false",
    "arn:aws:iam::1:role/a-*, arn:aws:iam::1:role/a-x/admin, false",
    "arn:aws:iam::1:role/a-*, arn:aws:iam::12:role/a-reader, false",
    "arn:aws:iam::1:role/a/*, arn:aws:iam::1:role/a/x, true",
    "arn:aws:iam::1:role/a/*, arn:aws:iam::1:role/a/x/y, false",
    "arn:aws:iam::1:role/a/**, arn:aws:iam::1:role/a/x/y, true",
    "arn:aws:iam::*:role/a, arn:aws:iam::123456789012:role/a, true",
    "arn:aws:iam::*:role/a, arn:aws:iam::1:role/x:role/a, false",
    "arn:*:iam:*:*:role/**, arn:minio:iam:::role/x, true",
    "arn:*:iam:*:*:role/**, arn:aws-cn:iam::1:role/p/x, true",
    "arn:*:iam:*:*:role/**, arn:aws:iam::1:user/x, false",
    "arn:aws:iam::1:role/a/**, arn:aws:iam::1:role/a/../admin, false",
    "arn:aws:iam::1:role/a/**, arn:aws:iam::1:role/a/./x, false",
    "arn:aws:iam::1:role/a/**, arn:aws:iam::1:role/a//x, false",
    "arn:aws:iam::1:role/a/**, arn:aws:iam::1:role/a/.., false",
    "arn:aws:iam::1:role/a/**, arn:aws:iam::1:role/a/%2e%2e/admin, false",
    "arn:aws:iam::1:role/a/**, arn:aws:iam::1:role/a/..x, true",
    "arn:aws:iam::1:role/a/../b, arn:aws:iam::1:role/a/../b, true",
    "arn:aws:iam::1:role/*, arn:aws:iam::1:role/te\u0430m, false",
    "arn:aws:iam::1:role/*, 'arn:aws:iam::1:role/a b', false",
    "arn:aws:iam::1:role/*, 'arn:aws:iam::1:role/a\n', false",
  })
  void it_is_anchored_and_wildcards_stay_in_their_part(
      String pattern, String role, boolean expected) throws Exception {
    assertThat(RolePattern.of(pattern).matches(new RoleArn(role))).isEqualTo(expected);
  }

  @Test
  void a_wildcard_matches_nothing_that_sts_would_not_take_for_its_length() throws Exception {
    String base = "arn:aws:iam::1:role/";
    RolePattern any = RolePattern.of(base + "*");

    assertThat(any.matches(new RoleArn(base + "x".repeat(2048 - base.length())))).isTrue();
    assertThat(any.matches(new RoleArn(base + "x".repeat(2049 - base.length())))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "**",
        "team-a-*",
        "role/team-a",
        "arn:*",
        "arn:aws:iam::1:*",
        "arn:aws:iam::1:role*",
        "arn:aws:iam::1:role/",
        "arn:aws:iam::1:user/x",
        "arn:aws:s3:::bucket/x",
        "^arn:aws:iam::1:role/x$",
        "arn:aws:iam::1:role/(x|y)",
      })
  void what_is_no_role_can_be_allowed_to_nobody(String pattern) {
    assertThatThrownBy(() -> RolePattern.of(pattern))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("is not the ARN of a role");
  }

  @Test
  void characters_that_no_arn_has_are_named() {
    assertThatThrownBy(() -> RolePattern.of("arn:aws:iam::1:role/te\u0430m"))
        .hasMessageContaining("U+0430 (CYRILLIC SMALL LETTER A) at position 23");
    assertThatThrownBy(() -> RolePattern.of("arn:aws:iam::1:role/a "))
        .hasMessageContaining("U+0020 (SPACE)");
    assertThatThrownBy(() -> RolePattern.of("arn:aws:iam::1:role/a?"))
        .hasMessageContaining("is no wildcard here; write *");
  }
}
