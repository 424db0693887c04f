package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.injection.Pod.Volume;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVolumeTest {
  private static final CredentialMethod METHOD = CredentialMethod.webIdentity("/tokens");

  static List<Arguments> rows() {
    return List.of(
        // Some are ours: the first of them.
        Arguments.of(List.of(token("")), old("", "")),
        Arguments.of(List.of(token("-2")), old("-2", "-2")),
        Arguments.of(List.of(stranger(""), token("-2")), old("-2", "-2")),
        Arguments.of(List.of(token("-3"), stranger("x"), token("")), old("-3", "-3", "")),
        Arguments.of(List.of(stranger("-2"), token("")), old("", "")),
        // None is ours, none has our name.
        Arguments.of(List.of(), added("")),
        Arguments.of(List.of(stranger("-2"), token("-x"), stranger("2")), added("")),
        // None is ours, one has our name.
        Arguments.of(List.of(stranger("")), added("-2")),
        Arguments.of(List.of(stranger("-2"), stranger(""), stranger("-3")), added("-4")),
        Arguments.of(List.of(stranger("-3"), stranger("")), added("-2")));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void the_volume_that_has_the_token(List<Volume> volumes, TokenVolume expected) {
    assertThat(TokenVolume.of(METHOD, volumes)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-2", "-9", "-10", "-19", "-200", "-99999999999999999999"})
  void these_suffixes_are_ours(String suffix) {
    assertThat(TokenVolume.of(METHOD, List.of(token(suffix))).isNew()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-", "-0", "-1", "-01", "-02", "2", "-2-", "-2a", "-a", "--2", "-2.", "_2", "-:", "-2/",
        "-2:"
      })
  void these_are_not(String suffix) {
    assertThat(TokenVolume.of(METHOD, List.of(token(suffix))).isNew()).isTrue();
  }

  private static TokenVolume old(String suffix, String... ours) {
    return new TokenVolume(
        "aws-iam-token" + suffix,
        Set.of(ours).stream().map("aws-iam-token"::concat).collect(Collectors.toSet()),
        false);
  }

  private static TokenVolume added(String suffix) {
    return new TokenVolume("aws-iam-token" + suffix, Set.of("aws-iam-token" + suffix), true);
  }

  private static Volume token(String suffix) {
    return new Volume("aws-iam-token" + suffix, "token");
  }

  private static Volume stranger(String suffix) {
    return new Volume("aws-iam-token" + suffix, suffix.isEmpty() ? "other" : null);
  }
}
