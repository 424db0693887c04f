package io.webidentity.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which versions of Kubernetes are run, by the files that say so. */
final class SupportedVersions {
  private static final Pattern CHART =
      Pattern.compile("^kubeVersion: \">=(\\d+\\.\\d+)\\.0-0\"$", Pattern.MULTILINE);
  private static final Pattern MODULE =
      Pattern.compile(
          "^(?:require)?\\s+k8s\\.io/kubernetes v(\\d+\\.\\d+)\\.\\d+$", Pattern.MULTILINE);

  private SupportedVersions() {}

  /** The oldest version that the chart takes, such as {@code 1.30}. */
  static String oldest() {
    return only(CHART, ChartInstallation.CHART.resolve("Chart.yaml"));
  }

  /** The version that most tests run, such as {@code 1.36}. */
  static String newest() {
    return only(MODULE, Path.of("src", "test", "cluster", "go.mod"));
  }

  private static String only(Pattern pattern, Path file) {
    try {
      Matcher matcher = pattern.matcher(Files.readString(file));
      if (!matcher.find()) {
        throw new AssertionError(file + " does not say " + pattern);
      }
      return matcher.group(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
