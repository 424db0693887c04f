package io.webidentity.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a release refuses, and what it stamps, in a repository of the files that name the version.
 * The build itself takes minutes: {@code make release VERSION=1.2.3 DRY_RUN=1} runs it.
 */
final class ReleaseTest {
  private static final Path CHART = Path.of("charts/web-identity-webhook");

  @TempDir Path repository;

  private record Run(int exitCode, String output) {}

  @BeforeEach
  void commit_the_files_that_name_the_version() throws Exception {
    for (String part : List.of("src/release", "charts", "manifests", "webhook", "certs")) {
      copy(Path.of(part));
    }
    copy(Path.of("pom.xml"));
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "--message=all");
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.3-SNAPSHOT, '1.2.3-SNAPSHOT is no release; leave -SNAPSHOT out, make release VERSION=1.2.3'",
    "v1.2.3, '''v1.2.3'' is no version; give three numbers without a v,'",
    "1.2, '''1.2'' is no version; give three numbers without a v,'",
    "1.02.3, '''1.02.3'' is no version; give three numbers without a v,'",
    "1.2.3+build, '''1.2.3+build'' is no version; give three numbers without a v,'",
    "'', ''''' is no version; give three numbers without a v,'",
  })
  void a_release_refuses_what_is_no_version_of_one(String version, String message)
      throws Exception {
    Run run = run(Map.of(), "src/release/release", version);

    assertThat(run.output()).startsWith("release: " + message).hasLineCount(1);
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "registry.example/webhook:1, has a tag or a digest;",
    "registry.example:5000/team/webhook:1, has a tag or a digest;",
    "registry.example/webhook@sha256:00, has a tag or a digest;",
    "registry.example/, is no registry and repository;",
    "webhook, is no registry and repository;",
  })
  void a_release_refuses_an_image_that_is_no_registry_and_repository(String image, String message)
      throws Exception {
    Run run = run(Map.of("IMAGE", image), "src/release/release", "1.2.3");

    assertThat(run.output()).startsWith("release: IMAGE=" + image + " " + message).hasLineCount(1);
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void a_release_refuses_a_working_tree_with_changes() throws Exception {
    Files.writeString(repository.resolve("new"), "not committed");

    Run run = run(Map.of("IMAGE", "registry.example:5000/webhook"), "src/release/release", "1.2.3");

    assertThat(run.output())
        .isEqualTo(
            "release: the working tree has changes that the release would lack; commit or stash"
                + " them (git status lists them)\n");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void a_stamp_leaves_no_place_with_the_old_version() throws Exception {
    String old = version();

    run(Map.of(), "src/release/stamp", "1.2.3-rc.1", ".", "registry.example:5000/team/webhook");

    assertThat(version()).isEqualTo("1.2.3-rc.1");
    assertThat(read(CHART.resolve("Chart.yaml")))
        .contains("\nversion: 1.2.3-rc.1\n", "\nappVersion: 1.2.3-rc.1\n");
    assertThat(read(CHART.resolve("values.yaml")))
        .contains("\n  registry: registry.example:5000\n", "\n  repository: team/webhook\n");
    assertThat(read(Path.of("manifests/deployment.yaml"))).contains("webhook:1.2.3-rc.1\"");
    assertThat(changed())
        .contains("pom.xml", "manifests/kustomization.yaml", "certs/certificate.yaml")
        .allSatisfy(file -> assertThat(read(Path.of(file))).doesNotContain(old));
    assertThat(run(Map.of(), "git", "grep", "--fixed-strings", old, "--", ":!src").output())
        .isEmpty();
  }

  @Test
  void a_stamp_without_an_image_leaves_the_values_alone() throws Exception {
    run(Map.of(), "src/release/stamp", "1.2.3", ".");

    assertThat(changed()).contains("pom.xml").doesNotContain(CHART + "/values.yaml");
  }

  @ParameterizedTest
  @CsvSource({"1.0.0, first", "1.1.0, not yet"})
  void the_notes_are_the_section_of_the_version_or_of_unreleased_changes(
      String version, String notes) throws Exception {
    Path changelog = repository.resolve("notes.md");
    Files.writeString(
        changelog,
        "# Changelog\n\n## Unreleased\n\nnot yet\n\n## 1.0.0\n\nfirst\n\n## 0.9.0\n\nzero\n");

    String printed = run(Map.of(), "src/release/notes", version, changelog.toString()).output();

    assertThat(printed.strip()).isEqualTo(notes);
  }

  private String version() throws IOException {
    return read(Path.of("pom.xml"))
        .lines()
        .filter(line -> line.startsWith("  <version>"))
        .map(line -> line.replaceAll("</?version>", "").strip())
        .findFirst()
        .orElseThrow();
  }

  private Set<String> changed() throws Exception {
    return Set.copyOf(run(Map.of(), "git", "diff", "--name-only").output().lines().toList());
  }

  private String read(Path file) throws IOException {
    return Files.readString(repository.resolve(file));
  }

  private void copy(Path from) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = repository.resolve(file);
        Files.createDirectories(to.resolveSibling("."));
        Files.copy(file, to, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private void git(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("git", "-c", "user.name=test", "-c", "user.email=test@test.invalid"));
    command.addAll(List.of(arguments));
    Run run = run(Map.of(), command.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.output()).isZero();
  }

  private Run run(Map<String, String> environment, String... command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(repository.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try (InputStream output = process.getInputStream()) {
      String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      return new Run(process.waitFor(), text);
    }
  }
}
