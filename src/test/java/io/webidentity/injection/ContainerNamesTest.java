package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.injection.Annotation.Holder;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows were checked against Go 1.26's encoding/csv. */
class ContainerNamesTest {
  static List<Arguments> records() {
    return List.of(
        Arguments.of("a", Set.of("a")),
        Arguments.of("a,b", Set.of("a", "b")),
        Arguments.of("\"a\",\"b,\"\"c\"", Set.of("a", "b,\"c")),
        Arguments.of(",", Set.of("")),
        Arguments.of("a,", Set.of("a", "")),
        Arguments.of(",a", Set.of("a", "")),
        Arguments.of("a,,b", Set.of("a", "", "b")),
        Arguments.of("a,\n", Set.of("a", "")),
        Arguments.of("\"a\",\n", Set.of("a", "")),
        Arguments.of("\"\"", Set.of("")),
        Arguments.of("\"a\"", Set.of("a")),
        Arguments.of("\"\"\"\"", Set.of("\"")),
        Arguments.of("\"a\"\r", Set.of("a")),
        Arguments.of("a\r", Set.of("a")),
        Arguments.of("a\r\n", Set.of("a")),
        Arguments.of("a\r\n\r\n\n", Set.of("a")),
        Arguments.of("\n\r\n\na,b\n", Set.of("a", "b")),
        Arguments.of("#a", Set.of("#a")),
        Arguments.of("", Set.of()),
        Arguments.of("\n", Set.of()),
        Arguments.of("\r\n\n\r", Set.of()),
        Arguments.of("\r", Set.of()));
  }

  @ParameterizedTest
  @MethodSource("records")
  void the_first_record_names_the_containers(String value, Set<String> names) {
    assertThat(parse(value)).isEqualTo(new ContainerNames(names, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\"b",
        "a,b\"",
        "a \"b\"",
        "\"a",
        "\"a,b",
        "\"a\"b",
        "\"a\" ,b",
        "\"a\"\"",
        "\"",
        "a,\"",
        "\"a\r",
        "\n\"a\n",
        " \"a\""
      })
  void a_quote_in_the_wrong_place_makes_it_unreadable(String value) {
    assertThat(parse(value))
        .isEqualTo(
            new ContainerNames(
                Set.of(), List.of(Finding.of(Reason.SKIP_CONTAINERS_INVALID, annotation(value)))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\n\n\nb", "\"a\"\r\nb\"", "\na\n\""})
  void further_records_are_ignored_with_a_finding(String value) {
    assertThat(parse(value))
        .isEqualTo(
            new ContainerNames(
                Set.of("a"), List.of(Finding.of(Reason.SKIP_CONTAINERS_EXTRA, annotation(value)))));
  }

  static Stream<Arguments> blanks() {
    return Stream.of(
        Arguments.of("a, b", Set.of("a", "b")),
        Arguments.of("a b", Set.of("a", "b")),
        Arguments.of(" a", Set.of("a")),
        Arguments.of("a, b ", Set.of("a", "b")),
        Arguments.of("a\rb", Set.of("a", "b")),
        Arguments.of("a;b\tc", Set.of("a;b", "c")),
        Arguments.of("\"a\nb\",c", Set.of("a", "b", "c")),
        Arguments.of("\"a\r\nb\"", Set.of("a", "b")),
        Arguments.of("\"a\rb\"", Set.of("a", "b")),
        Arguments.of("app,\u00a0vault\u2003x", Set.of("app", "vault", "x")),
        Arguments.of(" ", Set.of()));
  }

  @ParameterizedTest
  @MethodSource("blanks")
  void blanks_separate_names_with_a_finding(String value, Set<String> names) {
    assertThat(parse(value))
        .isEqualTo(
            new ContainerNames(
                names, List.of(Finding.of(Reason.SKIP_CONTAINERS_BLANKS, annotation(value)))));
  }

  private static ContainerNames parse(String value) {
    return ContainerNames.parse(annotation(value), ContainerNames.Kind.SKIP);
  }

  private static Annotation annotation(String value) {
    return new Annotation(Holder.POD, "eks.amazonaws.com/skip-containers", value);
  }
}
