package io.webidentity.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code .mvn/run --once} with a Maven that only notes its arguments. */
final class RunOnceTest {
  private static final String TITLE = "==> dist: compiling\n";

  @TempDir Path project;

  private record Run(int exitCode, String output) {}

  @BeforeEach
  void make_a_project() throws IOException {
    for (String file :
        List.of(
            "pom.xml",
            "LICENSE",
            "NOTICE",
            "src/main/A.java",
            "src/test/java/ATest.java",
            "src/test/resources/a.yaml",
            ".mvn/tool.pins")) {
      write(file, "");
    }
    write(".mvn/run", Files.readString(Path.of(".mvn/run")));
    write(".mvn/tool", "#!/bin/sh\n[ $1 != jdk ] || exec cat jdk\necho \"$PWD\"\n");
    write("jdk", "/jdk/one\n");
    maven("mkdir -p target/dist && echo \"$@\" >> arguments");
    try (var files = Files.walk(project)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
      }
    }
  }

  @Test
  void what_nothing_has_changed_of_is_not_made_again() throws Exception {
    assertThat(dist()).isEqualTo(new Run(0, TITLE));
    assertThat(dist()).isEqualTo(new Run(0, ""));
    assertThat(project.resolve("arguments"))
        .hasContent("-Dbuild.commit=unknown -Dstyle.color=never -q package\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pom.xml",
        "src/main/A.java",
        "src/test/java/New.java",
        "src/test/resources/a.yaml",
        ".mvn/tool.pins",
        "NOTICE"
      })
  void a_changed_or_new_input_makes_it_again(String input) throws Exception {
    dist();
    write(input, "changed");

    assertThat(dist().output()).isEqualTo(TITLE);
    assertThat(dist().output()).isEmpty();
  }

  @Test
  void a_deleted_input_makes_it_again() throws Exception {
    dist();
    Files.delete(project.resolve("src/main/A.java"));

    assertThat(dist().output()).isEqualTo(TITLE);
  }

  @Test
  void another_jdk_makes_it_again() throws Exception {
    dist();
    write("jdk", "/jdk/two\n");

    assertThat(dist().output()).isEqualTo(TITLE);
  }

  @Test
  void a_deleted_product_is_made_again() throws Exception {
    dist();
    Files.delete(project.resolve("target/dist"));

    assertThat(dist().output()).isEqualTo(TITLE);
  }

  @Test
  void what_failed_is_tried_again_and_its_status_is_kept() throws Exception {
    maven("mkdir -p target/dist; exit 7");
    assertThat(dist()).isEqualTo(new Run(7, TITLE));
    maven("true");

    assertThat(dist()).isEqualTo(new Run(0, TITLE));
  }

  private void maven(String body) throws IOException {
    write("bin/mvn", "#!/bin/sh\n" + body + "\n");
  }

  private void write(String file, String content) throws IOException {
    Path path = project.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Run dist() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                project.resolve(".mvn/run").toString(),
                "--once",
                "target/dist",
                "dist: compiling",
                "-q",
                "package")
            .redirectErrorStream(true);
    // The folder is no repository, whatever lies above it.
    builder.environment().put("GIT_DIR", "/dev/null");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }
}
