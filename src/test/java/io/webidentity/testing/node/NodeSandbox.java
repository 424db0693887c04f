package io.webidentity.testing.node;

import io.webidentity.testing.cluster.ClusterUnavailableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a node must not leave behind, made and taken away by {@code src/test/cluster/node-sandbox}:
 * namespaces, link, cgroup, folder. The script takes them away when this closes, and by itself when
 * this JVM ends in any other way.
 */
final class NodeSandbox implements AutoCloseable {
  static final Path SCRIPT = Path.of("src", "test", "cluster", "node-sandbox").toAbsolutePath();

  private final Process holder;
  private final Made made;

  private NodeSandbox(Process holder, Made made) {
    this.holder = holder;
    this.made = made;
  }

  /**
   * What the script made.
   *
   * @param folder files of the node
   * @param process id of the first process in the namespaces
   * @param cgroup path of the cgroup that pods belong into
   * @param machineAddress this machine, as the node reaches it
   * @param nodeAddress the node, as this machine and pods reach it
   */
  record Made(Path folder, long process, String cgroup, String machineAddress, String nodeAddress) {
    static Made of(String line) {
      String[] words = line.split(" ", -1);
      return new Made(Path.of(words[0]), Long.parseLong(words[1]), words[2], words[3], words[4]);
    }

    /** The line that it was read from. */
    String line() {
      return String.join(
          " ", folder.toString(), Long.toString(process), cgroup, machineAddress, nodeAddress);
    }
  }

  /** Takes away what killed runs left, and makes a new one. */
  static NodeSandbox make() {
    try {
      new ProcessBuilder(SCRIPT.toString(), "sweep")
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start()
          .onExit()
          .join();
      // Its own session: Ctrl-C in a terminal must not reach what cleans up after it.
      Process holder =
          new ProcessBuilder("setsid", SCRIPT.toString(), "hold")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      @Nullable String line =
          new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))
              .readLine();
      if (line == null) {
        throw new ClusterUnavailableException(
            "%s ended with status %d; its messages say why"
                .formatted(SCRIPT, holder.onExit().join().exitValue()));
      }
      return new NodeSandbox(holder, Made.of(line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Made made() {
    return made;
  }

  /** The command that starts another one in the node's network, in this machine's file system. */
  List<String> network() {
    return List.of("nsenter", "--net=/proc/" + made.process() + "/ns/net");
  }

  /** The command that starts another one in all the node's namespaces. */
  List<String> everything() {
    return List.of("nsenter", "--target", "" + made.process(), "--net", "--mount", "--pid");
  }

  /**
   * Runs a command in all the namespaces, with a file as its input, and waits for its end.
   *
   * @throws IllegalStateException with its output, if it fails
   */
  void run(Path input, String... command) {
    Result result = execute(input, command);
    if (result.status() != 0) {
      throw new IllegalStateException(
          "%s < %s failed: %s".formatted(String.join(" ", command), input, result.output()));
    }
  }

  /** Whether a command succeeds in all the namespaces. */
  boolean succeeds(String... command) {
    return execute(Path.of("/dev/null"), command).status() == 0;
  }

  private Result execute(Path input, String... command) {
    try {
      Process process =
          new ProcessBuilder(Stream.concat(everything().stream(), Stream.of(command)).toList())
              .redirectErrorStream(true)
              .redirectInput(input.toFile())
              .start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Result(process.onExit().join().exitValue(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Result(int status, String output) {}

  /** Takes everything away and waits until it is. */
  @Override
  public void close() {
    try {
      holder.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      holder.onExit().join();
    }
  }
}
