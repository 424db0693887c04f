package io.webidentity.chart;

import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.Helm.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Values to install the chart with: a file of {@code src/test/resources/chart}. */
record ValuesCase(Path file) {
  private static final Path FOLDER = Path.of("src", "test", "resources", "chart");

  /** All of them, by name. */
  static List<ValuesCase> all() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().map(ValuesCase::new).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one of this file name. */
  static ValuesCase named(String name) {
    return new ValuesCase(FOLDER.resolve(name));
  }

  /** What {@code helm template} writes. */
  String render(Helm helm, String namespace) {
    return helm.template(
            new Release(namespace, ChartInstallation.NAME),
            ChartInstallation.CHART,
            ChartInstallation.SOME_IMAGE,
            "--values=" + file.toAbsolutePath())
        .requireSuccess()
        .output();
  }

  /** Whether its pods are on their node's network, which the level "restricted" forbids. */
  boolean isForbiddenByRestricted() {
    return toString().equals("host-network.yaml");
  }

  @Override
  public String toString() {
    return String.valueOf(file.getFileName());
  }
}
