package io.webidentity.testing.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One process of a cluster, with its output in a file. It ends with this JVM however that ends,
 * killed included: a watchdog process waits for the end of its own standard input, which is this
 * JVM's, and then kills it.
 */
public final class ClusterProcess {
  /** Where the output of all processes goes. */
  public static final Path LOGS = Path.of("target", "cluster-logs").toAbsolutePath();

  private static final int TAIL_LINES = 20;

  /** How long a process may outlive what it started for. */
  private static final Duration END = Duration.ofSeconds(2);

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
   * @param command the executable and its arguments
   * @param environment its variables beside PATH, TMPDIR and HOME
   * @param home working folder
   */
  public static ClusterProcess start(
      String name, List<String> command, Map<String, String> environment, Path home) {
    Path log = LOGS.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    // Proxies and settings of the user's shell are none of the cluster's business.
    Map<String, String> variables = builder.environment();
    variables.keySet().retainAll(List.of("PATH", "TMPDIR"));
    variables.put("HOME", home.toString());
    variables.putAll(environment);
    try {
      Files.createDirectories(LOGS);
      Process process = builder.start();
      String kill = "cat >/dev/null; kill -KILL " + process.pid();
      return new ClusterProcess(
          name, log, process, new ProcessBuilder("/bin/sh", "-c", kill).start());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + String.join(" ", command), e);
    }
  }

  /**
   * Fails if the process has ended by itself.
   *
   * @throws ClusterUnavailableException with the last lines of its log
   */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new ClusterUnavailableException(
          "%s ended with status %d; the end of %s:%n%s"
              .formatted(name, process.exitValue(), log, tail()));
    }
  }

  /** The last lines of its output. */
  public String tail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(" + e + ")";
    }
  }

  /** Asks the process to end and waits until it has. */
  public void terminate() {
    process.destroy();
    process.onExit().join();
    watchdog.destroyForcibly();
  }

  /**
   * Kills the process, its descendants first, and waits for its end: a graceful end would wait for
   * open watches, and what an API server has written lies in etcd. Nothing happens to a process
   * that has ended.
   */
  public void kill() {
    // What nsenter starts in another process namespace is its child; it ends when that has.
    List<ProcessHandle> descendants = process.descendants().toList();
    descendants.forEach(ProcessHandle::destroyForcibly);
    if (descendants.isEmpty() || !endsByItself()) {
      process.destroyForcibly();
    }
    process.onExit().join();
    // Last: until here the process's id could not have become another process's.
    watchdog.destroyForcibly();
  }

  private boolean endsByItself() {
    try {
      return process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
