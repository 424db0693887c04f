package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages state of versions of Kubernetes is what the chart takes and the tests run. */
final class SupportedVersionsTest {
  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/install.md"})
  void a_page_for_users_states_the_oldest_version(String page) throws IOException {
    assertThat(words(page)).contains("need Kubernetes " + SupportedVersions.oldest() + " or newer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONTRIBUTING.md", "docs/install.md"})
  void a_page_about_tests_states_the_versions_that_they_run(String page) throws IOException {
    assertThat(words(page))
        .containsPattern(
            "control plane of (Kubernetes )?\\Q" + SupportedVersions.oldest() + "\\E\\b")
        .containsPattern("[Tt]ests run .{0,80}\\b\\Q" + SupportedVersions.newest() + "\\E\\b");
  }

  @Test
  void the_versions_of_the_tests_are_not_older_than_the_oldest() {
    assertThat(minor(SupportedVersions.newest())).isGreaterThan(minor(SupportedVersions.oldest()));
  }

  private static int minor(String version) {
    return Integer.parseInt(version.substring(version.indexOf('.') + 1));
  }

  /** The page as one line, as a sentence may be wrapped anywhere. */
  private static String words(String page) throws IOException {
    return Files.readString(Path.of(page)).replaceAll("\\s+", " ");
  }
}
