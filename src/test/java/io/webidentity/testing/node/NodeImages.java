package io.webidentity.testing.node;

import io.webidentity.testing.image.ImageArchive;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The images that every node has: both are busybox. */
final class NodeImages {
  /** What holds a pod's namespaces. */
  static final String PAUSE = "webhook.test/pause:1";

  private static final Path BUSYBOX = Path.of("/bin/busybox");

  private NodeImages() {}

  /** Writes them, as archives to load. */
  static List<Path> write(Path folder) {
    return List.of(
        ImageArchive.named(PAUSE)
            .executables(Map.of("/bin/busybox", BUSYBOX))
            // The shell reaps what pods with a common process namespace leave to it.
            .entrypoint(
                "/bin/busybox",
                "sh",
                "-c",
                "trap exit TERM INT; while :; do /bin/busybox sleep 2147483647 & wait; done")
            .writeTo(folder.resolve("pause.tar")),
        ImageArchive.named(TestNode.BUSYBOX)
            .executables(Map.of("/bin/busybox", BUSYBOX, "/bin/sh", BUSYBOX))
            .environment("PATH", "/bin")
            .entrypoint("/bin/sh", "-c", "trap exit TERM INT; sleep 2147483647 & wait")
            .writeTo(folder.resolve("busybox.tar")));
  }
}
