package io.webidentity.testing.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where processes of a cluster run.
 *
 * @param logPrefix what the names of their logs begin with
 * @param enter the command that starts others there, such as nsenter and its options; empty for
 *     this machine as it is
 * @param home working folder
 */
public record ProcessSite(String logPrefix, List<String> enter, Path home) {
  public ProcessSite {
    enter = List.copyOf(enter);
  }

  /** Starts a program, whose file names the process. */
  public ClusterProcess start(Path program, List<String> arguments) {
    return start(program, arguments, Map.of());
  }

  /** Starts a program with environment variables beside PATH, TMPDIR and HOME. */
  public ClusterProcess start(
      Path program, List<String> arguments, Map<String, String> environment) {
    List<String> command =
        Stream.of(enter, List.of(program.toString()), arguments).flatMap(List::stream).toList();
    return ClusterProcess.start(logPrefix + program.getFileName(), command, environment, home);
  }
}
