package io.webidentity.testing.node;

import io.webidentity.testing.cluster.ClusterBinaries;
import io.webidentity.testing.cluster.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Helm's command line, as an administrator of a node's cluster or of none, with a configuration and
 * caches of its own. No method fails where the command does: {@link CommandResult#requireSuccess}
 * does that.
 */
public final class Helm {
  private static final Path NO_CLUSTER = Path.of("/dev/null");

  private final Path program;
  private final Path home;
  private final Map<String, String> environment;

  private Helm(Path program, Path home, Path kubeconfig) {
    this.program = program;
    this.home = home;
    this.environment =
        Map.of(
            "KUBECONFIG", kubeconfig.toString(),
            "HELM_CACHE_HOME", home.resolve("cache").toString(),
            "HELM_CONFIG_HOME", home.resolve("config").toString(),
            "HELM_DATA_HOME", home.resolve("data").toString());
  }

  /**
   * What was installed under a name.
   *
   * @param namespace where; it exists, unless a flag has it made
   * @param name as {@code helm list} shows it
   */
  public record Release(String namespace, String name) {}

  /**
   * Helm 4.
   *
   * @throws io.webidentity.testing.cluster.ClusterUnavailableException if it cannot be built
   */
  public static Helm of(TestNode node) {
    return built(node, "helm");
  }

  /**
   * Helm 3.
   *
   * @throws io.webidentity.testing.cluster.ClusterUnavailableException if it cannot be built
   */
  public static Helm version3(TestNode node) {
    return built(node, "helm3");
  }

  /**
   * Helm 4, as an administrator of a cluster that may have no node.
   *
   * @param folder where its home goes
   * @throws io.webidentity.testing.cluster.ClusterUnavailableException if it cannot be built
   */
  public static Helm of(TestCluster cluster, Path folder) {
    return built("helm", folder, cluster.kubeconfig());
  }

  /**
   * Helm 3, as an administrator of a cluster that may have no node.
   *
   * @param folder where its home goes
   * @throws io.webidentity.testing.cluster.ClusterUnavailableException if it cannot be built
   */
  public static Helm version3(TestCluster cluster, Path folder) {
    return built("helm3", folder, cluster.kubeconfig());
  }

  /**
   * Helm 4 that reaches no cluster: it renders and checks charts.
   *
   * @param folder where its home goes
   * @throws io.webidentity.testing.cluster.ClusterUnavailableException if it cannot be built
   */
  public static Helm withoutCluster(Path folder) {
    return built("helm", folder, NO_CLUSTER);
  }

  /**
   * Helm 3 that reaches no cluster.
   *
   * @param folder where its home goes
   * @throws io.webidentity.testing.cluster.ClusterUnavailableException if it cannot be built
   */
  public static Helm version3WithoutCluster(Path folder) {
    return built("helm3", folder, NO_CLUSTER);
  }

  private static Helm built(TestNode node, String program) {
    return built(program, node.folder(), node.cluster().kubeconfig());
  }

  private static Helm built(String program, Path folder, Path kubeconfig) {
    Path built = ClusterBinaries.buildForChart().program(program);
    try {
      return new Helm(built, Files.createTempDirectory(folder, program), kubeconfig);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code helm install}: a chart, a folder or an archive, as a new release. */
  public CommandResult install(Release release, Path chart, String... flags) {
    return run(flags, "install", release.name(), chart.toAbsolutePath().toString(), in(release));
  }

  /** {@code helm upgrade}: a chart instead of what the release has. */
  public CommandResult upgrade(Release release, Path chart, String... flags) {
    return run(flags, "upgrade", release.name(), chart.toAbsolutePath().toString(), in(release));
  }

  /** {@code helm uninstall}. */
  public CommandResult uninstall(Release release, String... flags) {
    return run(flags, "uninstall", release.name(), in(release));
  }

  /** {@code helm test}: runs the tests of an installed chart. */
  public CommandResult test(Release release, String... flags) {
    return run(flags, "test", release.name(), in(release));
  }

  /** {@code helm template}: the objects of a chart, YAML, without asking the cluster. */
  public CommandResult template(Release release, Path chart, String... flags) {
    return run(flags, "template", release.name(), chart.toAbsolutePath().toString(), in(release));
  }

  /** {@code helm lint}. */
  public CommandResult lint(Path chart, String... flags) {
    return run(flags, "lint", chart.toAbsolutePath().toString());
  }

  /** Any other command, such as {@code rollback}. */
  public CommandResult run(String... arguments) {
    return run(arguments, new String[0]);
  }

  private CommandResult run(String[] flags, String... command) {
    return CommandResult.of(
        Stream.of(new String[] {program.toString()}, command, flags).flatMap(Stream::of).toList(),
        environment,
        home);
  }

  private static String in(Release release) {
    return "--namespace=" + release.namespace();
  }
}
