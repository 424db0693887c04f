package io.webidentity.testing.node;

import io.webidentity.testing.cluster.ClusterBinaries;
import io.webidentity.testing.cluster.TestCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * kubectl's command line. No method fails where the command does: {@link
 * CommandResult#requireSuccess} does that.
 */
public final class Kubectl {
  private final Path program;
  private final Path home;
  private final Path kubeconfig;

  private Kubectl(Path program, Path home, Path kubeconfig) {
    this.program = program;
    this.home = home;
    this.kubeconfig = kubeconfig;
  }

  /** As an administrator of a node's cluster. */
  public static Kubectl of(TestNode node) {
    return new Kubectl(node.program("kubectl"), node.folder(), node.cluster().kubeconfig());
  }

  /**
   * As an administrator of a cluster that may have no node.
   *
   * @param home its home, and the folder that it runs in
   * @throws io.webidentity.testing.cluster.ClusterUnavailableException if it cannot be built
   */
  public static Kubectl of(TestCluster cluster, Path home) {
    return new Kubectl(
        ClusterBinaries.buildForChart().program("kubectl"), home, cluster.kubeconfig());
  }

  /**
   * That reaches no cluster, for commands such as {@code kustomize}.
   *
   * @param home its home, and the folder that it runs in
   * @throws io.webidentity.testing.cluster.ClusterUnavailableException if it cannot be built
   */
  public static Kubectl withoutCluster(Path home) {
    return new Kubectl(
        ClusterBinaries.buildForChart().program("kubectl"), home, Path.of("/dev/null"));
  }

  /** Runs a command; its paths are absolute. */
  public CommandResult run(String... arguments) {
    return CommandResult.of(
        Stream.of(List.of(program.toString()), List.of(arguments)).flatMap(List::stream).toList(),
        Map.of("KUBECONFIG", kubeconfig.toString()),
        home);
  }
}
