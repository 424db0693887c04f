package io.webidentity.testing.node;

import io.webidentity.testing.cluster.ClusterBinaries;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Prometheus' engine on the command line: {@code src/test/cluster/promql}. */
public final class Promql {
  private final Path program;
  private final Path home;

  private Promql(Path program, Path home) {
    this.program = program;
    this.home = home;
  }

  /**
   * The engine.
   *
   * @param folder that it runs in
   * @throws io.webidentity.testing.cluster.ClusterUnavailableException if it cannot be built
   */
  public static Promql in(Path folder) {
    return new Promql(ClusterBinaries.buildForChart().program("promql"), folder);
  }

  /** Runs tests of rules: files in the format of {@code promtool test rules}. */
  public CommandResult test(List<Path> files) {
    return run("test", files);
  }

  /** Writes what each query of a file, a JSON list, selects: metrics by name, and matchers. */
  public CommandResult selectors(Path queries) {
    return run("selectors", List.of(queries));
  }

  private CommandResult run(String task, List<Path> files) {
    Stream<String> absolute = files.stream().map(file -> file.toAbsolutePath().toString());
    return CommandResult.of(
        Stream.concat(Stream.of(program.toString(), task), absolute).toList(), Map.of(), home);
  }
}
