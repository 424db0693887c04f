package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows were checked against Go 1.26's path package. */
class CleanPathTest {
  @ParameterizedTest
  @CsvSource({
    "'', .",
    "., .",
    "/, /",
    "//, /",
    "/., /",
    "/.., /",
    "/../.., /",
    "/../a, /a",
    "a, a",
    "a/, a",
    "/a/, /a",
    "/a//b/, /a/b",
    "/a/./b/., /a/b",
    "/a/../b, /b",
    "/a/b/../.., /",
    "a/.., .",
    "a/../.., ..",
    "../a, ../a",
    "../../a, ../../a",
    "../../a/.., ../..",
    "/a/..., /a/...",
    "/a/..b, /a/..b",
    "/.a/b./c.., /.a/b./c..",
    "/.../, /...",
    "' ', ' '",
  })
  void paths_get_their_shortest_form(String path, String clean) {
    assertThat(CleanPath.of(path)).isEqualTo(clean);
  }

  @ParameterizedTest
  @CsvSource({
    "/var/run, token, /var/run/token",
    "/var//run/, token, /var/run/token",
    "/, token, /token",
    "'', token, token",
    "a, token, a/token",
    "., token, token",
    "/a, ../b, /b",
    "/a, '', /a",
  })
  void a_file_in_a_folder(String folder, String file, String path) {
    assertThat(CleanPath.join(folder, file)).isEqualTo(path);
  }
}
