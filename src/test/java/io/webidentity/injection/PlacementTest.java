package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.injection.Placement.AffinityTerm;
import io.webidentity.injection.Placement.OsRequirement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlacementTest {
  private static final OsRequirement IN_WINDOWS = in("windows");
  private static final OsRequirement IN_LINUX = in("linux");
  private static final OsRequirement NOT_IN_LINUX = new OsRequirement("NotIn", List.of("linux"));
  private static final OsRequirement NOT_IN_WINDOWS =
      new OsRequirement("NotIn", List.of("windows"));
  private static final OsRequirement EXISTS = new OsRequirement("Exists", List.of());
  private static final OsRequirement MISSING = new OsRequirement("DoesNotExist", List.of());
  private static final AffinityTerm WINDOWS = term(IN_WINDOWS);
  private static final AffinityTerm LINUX = term(IN_LINUX);
  private static final AffinityTerm EMPTY = new AffinityTerm(true, List.of());
  private static final AffinityTerm DEAD = term(IN_LINUX, IN_WINDOWS);

  static List<Arguments> affinities() {
    return List.of(
        // One term: what it allows.
        Arguments.of(true, List.of(WINDOWS)),
        Arguments.of(true, List.of(term(IN_WINDOWS, EXISTS))),
        Arguments.of(true, List.of(term(in("windows", "windows")))),
        Arguments.of(true, List.of(term(in("windows", "linux"), IN_WINDOWS))),
        Arguments.of(true, List.of(term(IN_WINDOWS, in("windows", "linux")))),
        Arguments.of(true, List.of(term(in("windows", "linux"), NOT_IN_LINUX))),
        Arguments.of(true, List.of(term(NOT_IN_LINUX, in("windows", "linux")))),
        Arguments.of(true, List.of(term(IN_WINDOWS, new OsRequirement("Gt", List.of("1"))))),
        Arguments.of(false, List.of(LINUX)),
        Arguments.of(false, List.of(term(in("windows", "linux")))),
        Arguments.of(false, List.of(term(in("Windows")))),
        Arguments.of(false, List.of(term(NOT_IN_LINUX))),
        Arguments.of(false, List.of(term(EXISTS))),
        Arguments.of(false, List.of(term(MISSING))),
        Arguments.of(false, List.of(term())),
        // One term that matches nothing.
        Arguments.of(false, List.of(EMPTY)),
        Arguments.of(false, List.of(DEAD)),
        Arguments.of(false, List.of(term(in()))),
        Arguments.of(false, List.of(term(IN_WINDOWS, NOT_IN_WINDOWS))),
        Arguments.of(false, List.of(term(IN_WINDOWS, MISSING))),
        Arguments.of(false, List.of(term(MISSING, IN_WINDOWS))),
        // Several terms: any may match; those that match nothing do not count.
        Arguments.of(false, List.of()),
        Arguments.of(true, List.of(WINDOWS, WINDOWS)),
        Arguments.of(false, List.of(WINDOWS, LINUX)),
        Arguments.of(false, List.of(LINUX, WINDOWS)),
        Arguments.of(false, List.of(WINDOWS, term())),
        Arguments.of(true, List.of(EMPTY, WINDOWS, DEAD)),
        Arguments.of(false, List.of(EMPTY, DEAD)));
  }

  @ParameterizedTest
  @MethodSource("affinities")
  void required_node_affinity_may_allow_windows_only(boolean windows, List<AffinityTerm> terms) {
    assertThat(new Placement("", "", false, terms).windows()).isEqualTo(windows);
    assertThat(new Placement("linux", "", false, terms).windows()).isEqualTo(windows);
  }

  @Test
  void the_operating_system_or_the_node_selector_is_enough() {
    assertThat(new Placement("windows", "", false, List.of()).windows()).isTrue();
    assertThat(new Placement("", "windows", false, List.of(LINUX)).windows()).isTrue();
    assertThat(new Placement("linux", "", false, List.of()).windows()).isFalse();
    assertThat(new Placement("Windows", "", false, List.of()).windows()).isFalse();
    assertThat(Placement.ANYWHERE.windows()).isFalse();
  }

  @Test
  void options_of_windows_count_where_no_system_is_named() {
    assertThat(new Placement("", "", true, List.of()).windows()).isTrue();
    assertThat(new Placement("windows", "", true, List.of()).windows()).isTrue();
    assertThat(new Placement("linux", "", true, List.of()).windows()).isFalse();
    assertThat(new Placement("", "linux", true, List.of()).windows()).isFalse();
    assertThat(new Placement("", "", true, List.of(LINUX)).windows()).isFalse();
  }

  private static AffinityTerm term(OsRequirement... requirements) {
    return new AffinityTerm(false, List.of(requirements));
  }

  private static OsRequirement in(String... values) {
    return new OsRequirement("In", List.of(values));
  }
}
