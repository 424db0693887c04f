package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code manifests/}, {@code webhook/} and {@code certs/} are what the chart renders. */
@Tag("chart")
class ManifestsTest {
  @TempDir private Path home;

  private Manifests manifests;

  @BeforeEach
  void start() {
    manifests = new Manifests(Helm.withoutCluster(home));
  }

  @Test
  void the_files_are_what_the_chart_renders() throws IOException {
    Map<String, String> expected = manifests.files();
    if (Boolean.getBoolean("golden.update")) {
      for (Map.Entry<String, String> file : expected.entrySet()) {
        Path path = Path.of(file.getKey());
        Files.createDirectories(path.resolveSibling("."));
        Files.writeString(path, file.getValue());
      }
    }

    assertThat(written()).as("-Dgolden.update=true rewrites them").isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"manifests, builtIn", "certs, certManager"})
  void kustomize_makes_the_same_objects_as_helm(String folder, String certificateSource) {
    String yaml =
        Kubectl.withoutCluster(home)
            .run("kustomize", Path.of(folder).toAbsolutePath().toString())
            .requireSuccess()
            .output();
    Map<String, JsonNode> objects = Rendering.of(yaml).byName();

    assertThat(objects.remove("v1 Namespace web-identity")).isNotNull();
    assertThat(objects)
        .isEqualTo(
            manifests.chart(certificateSource).withoutLabels(Manifests.LABELS_OF_HELM).byName());
  }

  private static Map<String, String> written() throws IOException {
    Map<String, String> files = new TreeMap<>();
    for (String folder : Manifests.FOLDERS) {
      try (Stream<Path> paths = Files.list(Path.of(folder))) {
        paths.forEach(path -> files.put(folder + "/" + path.getFileName(), read(path)));
      }
    }
    return files;
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
