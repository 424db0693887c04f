package io.webidentity.testing.node;

import io.webidentity.testing.cluster.ClusterUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What a node needs of this machine; {@code src/test/cluster/install-prerequisites} has the list.
 */
final class NodePrerequisites {
  static final Path SCRIPT =
      Path.of("src", "test", "cluster", "install-prerequisites").toAbsolutePath();

  private NodePrerequisites() {}

  /**
   * Fails where something is missing.
   *
   * @throws ClusterUnavailableException naming it, and the make target that installs it
   */
  static void require() {
    require(SCRIPT);
  }

  static void require(Path script) {
    try {
      Process check =
          new ProcessBuilder(script.toString(), "check").redirectErrorStream(true).start();
      String message =
          new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (check.onExit().join().exitValue() != 0) {
        throw new ClusterUnavailableException(message);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
