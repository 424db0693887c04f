package io.webidentity.testing.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("chart")
@ExtendWith(NodeExtension.class)
class HelmTest {
  @TempDir private Path chart;

  private final TestNode node;

  HelmTest(TestNode node) {
    this.node = node;
  }

  static Stream<Named<Function<TestNode, Helm>>> versions() {
    return Stream.of(Named.of("Helm 4", Helm::of), Named.of("Helm 3", Helm::version3));
  }

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        chart.resolve("Chart.yaml"),
        """
        apiVersion: v2
        name: greeting
        description: A greeting
        version: 1.0.0
        icon: https://greeting.invalid/icon.svg
        kubeVersion: ">=1.30.0-0"
        """);
    Files.writeString(chart.resolve("values.yaml"), "greeting: hello\n");
    Files.writeString(
        Files.createDirectory(chart.resolve("templates")).resolve("greeting.yaml"),
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: {{ .Release.Name }}
        data:
          greeting: {{ required "no greeting" .Values.greeting }}
        """);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void a_release_is_installed_upgraded_and_uninstalled(Function<TestNode, Helm> version) {
    Helm helm = version.apply(node);
    var release = new Helm.Release(node.cluster().newNamespace(), "first");

    helm.install(release, chart, "--wait").requireSuccess();
    assertThat(greeting(release)).isEqualTo("hello");

    helm.upgrade(release, chart, "--set=greeting=welcome").requireSuccess();
    assertThat(greeting(release)).isEqualTo("welcome");
    assertThat(helm.test(release).requireSuccess().output()).contains("STATUS: deployed");

    helm.uninstall(release, "--wait").requireSuccess();
    assertThat(greeting(release)).isNull();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void a_chart_is_rendered_and_checked_without_the_cluster(Function<TestNode, Helm> version) {
    Helm helm = version.apply(node);

    assertThat(helm.lint(chart, "--strict").requireSuccess().output())
        .contains("0 chart(s) failed");
    assertThat(
            helm.template(new Helm.Release("anywhere", "first"), chart).requireSuccess().output())
        .contains("greeting: hello");
  }

  @Test
  void a_failed_command_says_all_that_it_wrote() {
    CommandResult result =
        Helm.of(node).template(new Helm.Release("anywhere", "first"), chart, "--set=greeting=");

    assertThat(result.exitCode()).isNotZero();
    assertThatThrownBy(result::requireSuccess)
        .hasMessageContaining("helm template first")
        .hasMessageContaining("no greeting");
  }

  private @Nullable String greeting(Helm.Release release) {
    ConfigMap found =
        node.cluster()
            .client()
            .configMaps()
            .inNamespace(release.namespace())
            .withName(release.name())
            .get();
    return found == null ? null : found.getData().get("greeting");
  }
}
