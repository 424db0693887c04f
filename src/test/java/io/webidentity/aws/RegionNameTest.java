package io.webidentity.aws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegionNameTest {
  private static final String LONGEST =
      "a23456789012345678901234567890123456789012345678901234567890123";

  @ParameterizedTest
  @ValueSource(
      strings = {"eu-central-1", "us-gov-west-1", "aws-global", "RegionOne", "1", "a--b", LONGEST})
  void a_label_is_a_region(String text) {
    assertThat(RegionName.possible(text)).isTrue();
  }

  /** What SDKs would put into a host name, and so choose the host with. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x@evil.example/?",
        "evil.example/",
        "evil.example#",
        "evil.example?",
        "evil.example:443/",
        "evil.example\\",
        "a.b",
        "a_b",
        "$(REGION)",
        "%2f",
        "-a",
        "a-",
        "-",
        "a b",
        " eu-central-1",
        "eu-central-1\n",
        "eu-central-1\u0000",
        "eu-central-1\u202e",
        "eu-central-１",
        "région",
        LONGEST + "4",
      })
  void anything_else_is_none(String text) {
    assertThat(RegionName.possible(text)).isFalse();
  }
}
