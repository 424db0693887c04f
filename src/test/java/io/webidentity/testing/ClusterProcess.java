package io.webidentity.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One process of the control plane, with its output in a file. It ends with this JVM however that
 * ends, killed included: a watchdog process waits for the end of its own standard input, which is
 * this JVM's, and then kills it.
 */
final class ClusterProcess {
  /** Where the output of all processes goes. */
  static final Path LOGS = Path.of("target", "cluster-logs").toAbsolutePath();

  private static final int TAIL_LINES = 20;

  private final String name;
  private final Path log;
  private final Process process;
  private final Process watchdog;

  private ClusterProcess(String name, Path log, Process process, Process watchdog) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.watchdog = watchdog;
  }

  /**
   * Starts a process.
   *
   * @param name names the process and its log, which lies in {@code target/cluster-logs} and is
   *     appended to
   * @param program the executable
   * @param arguments command line
   * @param home working folder
   */
  static ClusterProcess start(String name, Path program, List<String> arguments, Path home) {
    Path log = LOGS.resolve(name + ".log");
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    // Proxies and settings of the user's shell are none of the cluster's business.
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(List.of("PATH", "TMPDIR"));
    environment.put("HOME", home.toString());
    try {
      Files.createDirectories(LOGS);
      Process process = builder.start();
      String kill = "cat >/dev/null; kill -KILL " + process.pid();
      return new ClusterProcess(
          name, log, process, new ProcessBuilder("/bin/sh", "-c", kill).start());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + program, e);
    }
  }

  /**
   * Fails if the process has ended by itself.
   *
   * @throws ClusterUnavailableException with the last lines of its log
   */
  void requireAlive() {
    if (!process.isAlive()) {
      throw new ClusterUnavailableException(
          "%s ended with status %d; the end of %s:%n%s"
              .formatted(name, process.exitValue(), log, tail()));
    }
  }

  String tail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(" + e + ")";
    }
  }

  /** Asks the process to end and waits until it has. */
  void terminate() {
    process.destroy();
    process.onExit().join();
    watchdog.destroyForcibly();
  }

  /**
   * Kills the process and waits for its end: a graceful end would wait for open watches, and what
   * an API server has written lies in etcd.
   */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
    // Last: until here the process's id could not have become another process's.
    watchdog.destroyForcibly();
  }
}
