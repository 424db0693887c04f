package io.webidentity.testing.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webidentity.testing.cluster.ClusterUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodePrerequisitesTest {
  @TempDir private Path folder;

  @Test
  void what_is_missing_is_said_in_the_words_of_the_script() throws IOException {
    Path script = script("check", "echo \"$1: no containerd\" >&2\nexit 3");

    assertThatThrownBy(() -> NodePrerequisites.require(script))
        .isInstanceOf(ClusterUnavailableException.class)
        .hasMessage("check: no containerd");
  }

  /** The real script, on a machine that has a shell and next to nothing else. */
  @Test
  @Tag("e2e")
  void without_containerd_the_package_and_the_make_target_are_named() throws IOException {
    for (String tool : List.of("id", "uname", "sort", "tr", "dirname")) {
      script(tool, "exec /usr/bin/%s \"$@\"".formatted(tool));
    }
    ProcessBuilder builder =
        new ProcessBuilder(NodePrerequisites.SCRIPT.toString(), "check").redirectErrorStream(true);
    builder.environment().put("PATH", folder.toString());

    Process check = builder.start();

    assertThat(new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("containerd")
        .contains("make e2e-prerequisites");
    assertThat(check.onExit().join().exitValue()).isEqualTo(3);
  }

  private Path script(String name, String body) throws IOException {
    Path script = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + body + "\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
