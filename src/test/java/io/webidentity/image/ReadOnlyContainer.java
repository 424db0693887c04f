package io.webidentity.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * {@code /webhook} of an unpacked image, run as in a pod with {@code readOnlyRootFilesystem}: it
 * sees these files only, cannot write to any, is user 65532 and process 1. There is no engine in
 * between; the network is this machine's. Needs root.
 */
final class ReadOnlyContainer implements AutoCloseable {
  private static final long END_SECONDS = 120;

  /** Mounts end with the namespace, and that with its last process. */
  private static final String ENTER =
      """
      set -eu
      root=$1; shift
      mount --bind "$root" "$root"
      mount -t proc proc "$root/proc"
      mount -o remount,ro,bind "$root"
      exec chroot --userspec=65532:65532 --groups= "$root" "$@"
      """;

  private final Process process;
  private final Path output;
  private final Path errors;

  private ReadOnlyContainer(Process process, Path output, Path errors) {
    this.process = process;
    this.output = output;
    this.errors = errors;
  }

  /**
   * Starts it.
   *
   * @param root the image's files
   * @param folder where its output goes
   * @param environment all variables it has
   * @param flags of {@code /webhook}
   */
  static ReadOnlyContainer start(
      Path root, Path folder, Map<String, String> environment, String... flags) throws IOException {
    Files.createDirectories(root.resolve("proc"));
    List<String> command =
        new ArrayList<>(
            List.of("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER));
    command.addAll(List.of("sh", root.toString(), "/webhook"));
    command.addAll(List.of(flags));
    Path output = folder.resolve("stdout");
    Path errors = folder.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.environment().putAll(environment);
    return new ReadOnlyContainer(builder.start(), output, errors);
  }

  /** Waits for its end; the exit code. */
  int end() throws InterruptedException {
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      close();
      throw new IllegalStateException("/webhook did not end within " + END_SECONDS + " s");
    }
    return process.exitValue();
  }

  /** Tells {@code /webhook} to end, as kubelet does; the exit code. */
  int terminate() throws InterruptedException {
    webhook().orElseThrow(() -> new IllegalStateException("/webhook does not run")).destroy();
    return end();
  }

  /** The Java process, as this machine sees it. */
  Optional<ProcessHandle> webhook() {
    return process
        .descendants()
        .filter(child -> child.info().command().orElse("").endsWith("/bin/java"))
        .findFirst();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String output() throws IOException {
    return Files.readString(output);
  }

  String errors() throws IOException {
    return Files.readString(errors);
  }

  @Override
  public void close() {
    // --kill-child: all that runs inside ends with it.
    process.destroyForcibly().onExit().join();
  }
}
