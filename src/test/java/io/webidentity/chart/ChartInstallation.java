package io.webidentity.chart;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.node.CommandResult;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.Helm.Release;
import io.webidentity.testing.node.TestNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * The chart, installed with the image of this build into a namespace of its own, whose Pod Security
 * level is "restricted". Closing uninstalls it, if nobody has.
 */
final class ChartInstallation implements AutoCloseable {
  static final Path CHART = Path.of("charts", "web-identity-webhook");
  static final String NAME = "web-identity-webhook";

  /** What {@code make image} makes. */
  static final Path IMAGE = Path.of("target", "image", "web-identity-webhook.tar");

  /** Names an image, as the chart of no release must be given one; values after it count. */
  static final String SOME_IMAGE =
      "--values=" + Path.of("src", "test", "resources", "chart-image.yaml").toAbsolutePath();

  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private final TestCluster cluster;
  private final KubernetesClient client;
  private final Helm helm;
  private final Release release;

  private ChartInstallation(TestCluster cluster, Helm helm, Release release) {
    this.cluster = cluster;
    this.client = cluster.client();
    this.helm = helm;
    this.release = release;
  }

  /** Installs it, and waits until it is ready. */
  static ChartInstallation of(TestNode node, Helm helm, String... flags) {
    return in(restrictedNamespace(node.cluster()), node, helm, flags);
  }

  /** Installs it into a namespace that exists, and waits until it is ready. */
  static ChartInstallation in(String namespace, TestNode node, Helm helm, String... flags) {
    ChartInstallation made =
        new ChartInstallation(node.cluster(), helm, new Release(namespace, NAME));
    node.load(IMAGE);
    helm.install(made.release, CHART, made.withImage(flags)).requireSuccess();
    made.awaitReady();
    return made;
  }

  /** A namespace that refuses pods which could do more than the strictest level allows. */
  static String restrictedNamespace(TestCluster cluster) {
    String name = cluster.newNamespace();
    cluster.client().namespaces().withName(name).edit(ChartInstallation::restricted);
    return name;
  }

  /** The same, with a name that is known before there is a cluster. */
  static void restrictedNamespace(TestCluster cluster, String name) {
    Namespace namespace =
        new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build();
    cluster.client().resource(restricted(namespace)).create();
  }

  private static Namespace restricted(Namespace namespace) {
    return namespace
        .edit()
        .editMetadata()
        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
        .endMetadata()
        .build();
  }

  private String[] withImage(String... flags) {
    return Stream.concat(
            Stream.of("--set=image.tag=" + version(), "--wait", "--timeout=180s"), Stream.of(flags))
        .toArray(String[]::new);
  }

  /** The tag of the image that {@code make image} builds. */
  private static String version() {
    Properties properties = new Properties();
    try (InputStream file =
        ChartInstallation.class.getResourceAsStream("/io/webidentity/server/version.properties")) {
      properties.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  /** {@code helm upgrade} with further flags. */
  CommandResult upgrade(String... flags) {
    return helm.upgrade(release, CHART, withImage(flags));
  }

  /** {@code helm test}, which shows the log of the chart's test. */
  CommandResult test() {
    return helm.test(release);
  }

  /** Waits until every entry of the configuration has a bundle, and a pod is injected. */
  void awaitReady() {
    AccountKey account = newAccount();
    Awaitility.await("a pod is injected")
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> isInjected(account));
  }

  /** Whether a pod of this account would be given credentials now. */
  boolean isInjected(AccountKey account) {
    return hasCredentials(client.resource(pod(account)).dryRun().create());
  }

  static boolean hasCredentials(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getEnv().stream()
        .anyMatch(variable -> variable.getName().equals("AWS_ROLE_ARN"));
  }

  /** Makes an account with a role, in a namespace of its own. */
  AccountKey newAccount() {
    return newAccount(cluster);
  }

  /** The same, whatever is installed. */
  static AccountKey newAccount(TestCluster cluster) {
    AccountKey account = new AccountKey(cluster.newNamespace(), "reports");
    cluster.createAccount(
        account, Map.of("eks.amazonaws.com/role-arn", "arn:aws:iam::111122223333:role/reports"));
    return account;
  }

  /** A pod of an account; it runs until it is told to end. */
  static Pod pod(AccountKey account) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(account.namespace())
        .withGenerateName("app-")
        .endMetadata()
        .withNewSpec()
        .withServiceAccountName(account.name())
        .addNewContainer()
        .withName("app")
        .withImage(TestNode.BUSYBOX)
        .endContainer()
        .endSpec()
        .build();
  }

  /** What a replica tells Prometheus; empty as long as it cannot. */
  OptionalDouble metric(Pod replica, String name) {
    String path =
        "/api/v1/namespaces/%s/pods/%s:9999/proxy/metrics"
            .formatted(release.namespace(), replica.getMetadata().getName());
    return client
        .raw(path)
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst();
  }

  /** The pods of the webhook that are not being deleted. */
  List<Pod> replicas() {
    return client
        .pods()
        .inNamespace(release.namespace())
        .withLabel("app.kubernetes.io/component", "webhook")
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }

  RollableScalableResource<Deployment> deployment() {
    return deployment(cluster, release);
  }

  /** The Deployment of a release, however it was installed. */
  static RollableScalableResource<Deployment> deployment(TestCluster cluster, Release release) {
    return cluster
        .client()
        .apps()
        .deployments()
        .inNamespace(release.namespace())
        .withName(release.name());
  }

  /** Waits until as many replicas are ready as there should be, of the newest template. */
  void awaitRolledOut() {
    Awaitility.await("rolled out")
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> rolledOut(deployment().get()));
  }

  private static boolean rolledOut(Deployment deployment) {
    var status = deployment.getStatus();
    Integer wanted = deployment.getSpec().getReplicas();
    return deployment.getMetadata().getGeneration().equals(status.getObservedGeneration())
        && wanted.equals(status.getReplicas())
        && wanted.equals(status.getUpdatedReplicas())
        && wanted.equals(status.getReadyReplicas());
  }

  String namespace() {
    return release.namespace();
  }

  @Override
  public void close() {
    helm.uninstall(release, "--wait", "--ignore-not-found").requireSuccess();
  }
}
