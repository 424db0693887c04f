package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoBooleanTest {
  @ParameterizedTest
  @ValueSource(strings = {"1", "t", "T", "true", "True", "TRUE"})
  void these_are_true(String value) {
    assertThat(GoBoolean.parse(value)).contains(true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "f", "F", "false", "False", "FALSE"})
  void these_are_false(String value) {
    assertThat(GoBoolean.parse(value)).contains(false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yes", "no", "on", "tRUE", "fAlse", " true", "true\n", "2", "-1"})
  void anything_else_is_neither(String value) {
    assertThat(GoBoolean.parse(value)).isEmpty();
  }
}
