package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.webidentity.testing.cluster.ClusterExtension;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.Helm.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** The upgrades that docs/ documents, and what a real API server has after them. */
@Tag("chart")
@ExtendWith(ClusterExtension.class)
class ChartUpgradeTest {
  private static final Release RELEASE = new Release("web-identity", ChartInstallation.NAME);
  private static final String INSTALLATION = "helm upgrade --install ";
  private static final String UPGRADE = "helm upgrade web-identity-webhook ";

  static final List<Named<BiFunction<TestCluster, Path, Helm>>> VERSIONS =
      List.of(Named.of("Helm 4", Helm::of), Named.of("Helm 3", Helm::version3));

  /** The chart as it was, packed; that of the last release as soon as there is one. */
  private static final Path OLDER =
      Path.of("src", "test", "resources", "chart-before", "web-identity-webhook.tgz");

  static final List<Arguments> UPGRADES =
      VERSIONS.stream()
          .flatMap(version ->
              Stream.of("--reuse-values", "--reset-then-reuse-values")
                  .map(values -> Arguments.of(version, values)))
          .toList();

  private final TestCluster cluster;
  @TempDir private Path files;

  ChartUpgradeTest(TestCluster cluster) {
    this.cluster = cluster;
  }

  @AfterEach
  void uninstall() {
    Helm.of(cluster, files).uninstall(RELEASE).requireSuccess();
  }

  @ParameterizedTest
  @FieldSource("VERSIONS")
  void the_migration_takes_the_selector_away(BiFunction<TestCluster, Path, Helm> version)
      throws IOException {
    Helm helm = version.apply(cluster, files);
    run(helm, documented("migrate.md", INSTALLATION, "webhook.namespaceSelector"));
    assertThat(webhooks("web-identity-webhook"))
        .extracting(webhook -> labels(webhook))
        .containsOnly("{web-identity=on}");

    run(helm, documented("migrate.md", UPGRADE, "webhook.namespaceSelector=null"));

    assertThat(webhooks("web-identity-webhook"))
        .hasSize(2)
        .extracting(webhook -> labels(webhook))
        .containsOnly("{}");
  }

  @ParameterizedTest
  @FieldSource("VERSIONS")
  void the_migration_leaves_shadow_mode(BiFunction<TestCluster, Path, Helm> version)
      throws IOException {
    Helm helm = version.apply(cluster, files);
    run(helm, documented("migrate.md", INSTALLATION, "shadow.compareWith"));
    assertThat(arguments()).contains("--compare-with=https");

    run(helm, documented("migrate.md", UPGRADE, "shadow.compareWith"));

    assertThat(arguments()).contains("--port=").doesNotContain("--compare-with");
    assertThat(webhooks("web-identity-webhook")).hasSize(2);
  }

  @ParameterizedTest
  @FieldSource("VERSIONS")
  void an_upgrade_keeps_the_values(BiFunction<TestCluster, Path, Helm> version) throws IOException {
    Helm helm = version.apply(cluster, files);
    String[] flags = {
      "--create-namespace", "--set=identity.tokenExpiration=3600", ChartInstallation.SOME_IMAGE
    };
    helm.install(RELEASE, ChartInstallation.CHART, flags).requireSuccess();

    run(helm, documented("install.md", UPGRADE, "image.tag"));
    run(helm, documented("explain.md", UPGRADE, "audit.interval"));

    assertThat(arguments())
        .contains("--token-expiration=3600", "--audit-interval=1h", "--events=true");
    assertThat(deployment().getContainers().getFirst().getImage()).endsWith(":0.2.0");
  }

  /** Values of the older chart lack what is new, with {@code --reuse-values}. */
  @ParameterizedTest
  @FieldSource("UPGRADES")
  void an_older_chart_is_upgraded_and_comes_back(
      BiFunction<TestCluster, Path, Helm> version, String values) {
    Helm helm = version.apply(cluster, files);
    String[] flags = {"--create-namespace", "--set=identity.tokenExpiration=3600"};
    helm.install(RELEASE, OLDER, flags).requireSuccess();
    String before = arguments();

    helm.upgrade(RELEASE, ChartInstallation.CHART, values, "--set=image.tag=0.2.0")
        .requireSuccess();
    assertThat(arguments()).contains("--token-expiration=3600");
    assertThat(deployment().getContainers().getFirst().getImage()).endsWith(":0.2.0");
    assertThat(webhooks("web-identity-webhook")).hasSize(2);

    helm.run("rollback", RELEASE.name(), "--namespace=" + RELEASE.namespace()).requireSuccess();
    assertThat(arguments()).isEqualTo(before).contains("--token-expiration=3600");
    assertThat(webhooks("web-identity-webhook")).hasSize(2);
  }

  /** The one command of a page that begins so and sets this. */
  private static String documented(String page, String begin, String value) throws IOException {
    String text = Files.readString(Path.of("docs", page)).replaceAll("\\\\\n\\s*", "");
    List<String> found =
        text.lines()
            .map(String::strip)
            .filter(line -> line.startsWith(begin) && line.contains(value))
            .toList();
    assertThat(found).as("%s: %s", page, value).hasSize(1);
    return found.getFirst();
  }

  /** Without waiting, as no node runs the pods. */
  private static void run(Helm helm, String command) {
    String chart = ChartInstallation.CHART.toAbsolutePath().toString();
    String[] arguments =
        Stream.of(command.split(" +"))
            .skip(1)
            .filter(argument -> !argument.equals("--wait"))
            .map(argument -> argument.equals("charts/web-identity-webhook") ? chart : argument)
            .toArray(String[]::new);
    Stream<String> namespace =
        arguments[1].equals("--install") ? Stream.of("--create-namespace") : Stream.of();
    helm.run(Stream.concat(Stream.of(arguments), namespace).toArray(String[]::new))
        .requireSuccess();
  }

  private List<MutatingWebhook> webhooks(String configuration) {
    return cluster
        .client()
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName(configuration)
        .get()
        .getWebhooks();
  }

  private static String labels(MutatingWebhook webhook) {
    LabelSelector selector = webhook.getNamespaceSelector();
    return String.valueOf(selector.getMatchLabels());
  }

  private PodSpec deployment() {
    return ChartInstallation.deployment(cluster, RELEASE).get().getSpec().getTemplate().getSpec();
  }

  private String arguments() {
    return String.join(" ", deployment().getContainers().getFirst().getArgs());
  }
}
