package io.webidentity.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterBinariesTest {
  @TempDir private Path folder;

  @Test
  void the_folder_that_the_script_prints_is_used() throws IOException {
    ClusterBinaries binaries = ClusterBinaries.build(script("echo /opt/cluster"));

    assertThat(binaries.etcd()).isEqualTo(Path.of("/opt/cluster/etcd"));
  }

  @Test
  void without_go_the_message_says_what_to_install() throws IOException {
    Path script = script("exit 3");

    assertThatThrownBy(() -> ClusterBinaries.build(script))
        .isInstanceOf(ClusterUnavailableException.class)
        .hasMessageContaining("Go 1.26")
        .hasMessageContaining("Docker")
        .hasMessageContaining("webhook.test.kubeconfig");
  }

  @Test
  void a_build_that_fails_names_the_script() throws IOException {
    Path script = script("exit 1");

    assertThatThrownBy(() -> ClusterBinaries.build(script))
        .isInstanceOf(ClusterUnavailableException.class)
        .hasMessageContaining(script.toString());
  }

  private Path script(String body) throws IOException {
    Path script = Files.writeString(folder.resolve("build"), "#!/bin/sh\n" + body + "\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
