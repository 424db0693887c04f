package io.webidentity.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.webidentity.audit.ClusterView;
import io.webidentity.audit.WebhookEntry;
import io.webidentity.cli.flag.ArgumentReader;
import io.webidentity.cli.flag.CommandPath;
import io.webidentity.cli.flag.Environment;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.GivenFlags.Given;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.serve.ServeCommand;
import io.webidentity.cli.serve.ServeSettingsReader;
import io.webidentity.config.CertificateSettings;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The webhook that a cluster runs: the Deployment behind the Service that its
 * MutatingWebhookConfiguration names.
 *
 * @param title kind, name and namespace of the Deployment
 * @param flags its flags, of the command line and the environment
 * @param namespace of the Deployment
 * @param container the webhook's container
 * @param volumes the pod's volumes
 * @param cluster where it is
 * @param deployment the Deployment
 */
record Installation(
    String title,
    GivenFlags flags,
    String namespace,
    JsonNode container,
    JsonNode volumes,
    ClusterView cluster,
    JsonNode deployment) {
  private static final String PATH = "/mutate";

  /**
   * The first that is found.
   *
   * @return empty if no configuration names a Service with a Deployment
   * @throws UnusableContentException if something of it cannot be read, or has flags that this
   *     version does not know
   */
  static Optional<Installation> find(ClusterView cluster) throws UnusableContentException {
    List<WebhookEntry> chartFirst =
        cluster.webhooks().stream()
            .sorted(Comparator.comparing(entry -> !entry.isOfChart()))
            .toList();
    for (WebhookEntry webhook : chartFirst) {
      Optional<Installation> found = behind(webhook, cluster);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /**
   * That which a webhook's configuration calls.
   *
   * @return empty if it names no Service with a Deployment
   * @throws UnusableContentException as for {@link #find}
   */
  static Optional<Installation> behind(WebhookEntry webhook, ClusterView cluster)
      throws UnusableContentException {
    JsonNode service = webhook.webhook().path("clientConfig").path("service");
    if (service.path("path").asText("").equals(PATH)) {
      String namespace = service.path("namespace").asText("");
      Optional<JsonNode> deployment =
          deployment(cluster, namespace, service.path("name").asText(""));
      if (deployment.isPresent()) {
        return Optional.of(of(deployment.get(), namespace, cluster));
      }
    }
    return Optional.empty();
  }

  /** The Deployment whose pods a Service selects. */
  private static Optional<JsonNode> deployment(
      ClusterView cluster, String namespace, String service) throws UnusableContentException {
    JsonNode selector =
        cluster
            .find("/api/v1/namespaces/%s/services/%s".formatted(namespace, service))
            .map(found -> found.path("spec").path("selector"))
            .orElse(MissingNode.getInstance());
    List<JsonNode> found = new ArrayList<>();
    if (!selector.isEmpty()) {
      cluster
          .api()
          .list(
              "/apis/apps/v1/namespaces/%s/deployments".formatted(namespace),
              deployment -> {
                JsonNode labels = deployment.at("/spec/template/metadata/labels");
                if (selector.properties().stream()
                    .allMatch(label -> label.getValue().equals(labels.get(label.getKey())))) {
                  found.add(deployment);
                }
              });
    }
    return found.stream().findFirst();
  }

  private static Installation of(JsonNode deployment, String namespace, ClusterView cluster)
      throws UnusableContentException {
    String title =
        "deployment/%s in namespace %s"
            .formatted(deployment.path("metadata").path("name").asText(""), namespace);
    JsonNode spec = deployment.at("/spec/template/spec");
    JsonNode container = spec.path("containers").path(0);
    for (JsonNode one : spec.path("containers")) {
      if (one.path("name").asText("").equals("webhook")) {
        container = one;
      }
    }
    try {
      return new Installation(
          title, flags(container), namespace, container, spec.path("volumes"), cluster, deployment);
    } catch (UsageException unknown) {
      throw unreadable(title, unknown);
    }
  }

  private static UnusableContentException unreadable(String title, UsageException wrong) {
    return new UnusableContentException(
        "the flags of %s cannot be read: %s".formatted(title, wrong.sentence()), wrong);
  }

  private static GivenFlags flags(JsonNode container) throws UsageException {
    CommandPath program = CommandPath.of(new ServeCommand(_ -> 0, List.of()));
    List<String> words = new ArrayList<>();
    container.path("command").forEach(word -> words.add(word.asText("")));
    if (!words.isEmpty()) {
      words.removeFirst();
    }
    container.path("args").forEach(word -> words.add(word.asText("")));
    Map<String, String> environment = new HashMap<>();
    for (JsonNode variable : container.path("env")) {
      if (!variable.has("valueFrom")) {
        environment.put(variable.path("name").asText(""), variable.path("value").asText(""));
      }
    }
    Map<String, List<Given>> given =
        new HashMap<>(Environment.given(environment, program, program.command()));
    given.putAll(new ArgumentReader(program).read(words).given());
    return new GivenFlags(given, List.of());
  }

  /** A ConfigMap, if there is one. */
  Optional<JsonNode> configMap(String space, String name) throws UnusableContentException {
    return cluster.find("/api/v1/namespaces/%s/configmaps/%s".formatted(space, name));
  }

  /** Reads flags, which may have values that are none. */
  @FunctionalInterface
  interface FlagReading<T> {
    /** What they say. */
    T read(GivenFlags flags) throws UsageException;
  }

  /**
   * What the flags say.
   *
   * @throws UnusableContentException if one has a wrong value
   */
  <T> T read(FlagReading<T> reading) throws UnusableContentException {
    try {
      return reading.read(flags);
    } catch (UsageException wrong) {
      throw unreadable(title, wrong);
    }
  }

  /**
   * The Secret that has the certificate, where it is in one of the same Namespace.
   *
   * @throws UnusableContentException if a flag has a wrong value
   */
  Optional<String> certificateSecret() throws UnusableContentException {
    Optional<CertificateSettings.BuiltIn> shared = read(ServeSettingsReader::sharedCertificate);
    if (shared.isPresent()) {
      return shared.map(CertificateSettings.BuiltIn::secret);
    }
    for (JsonNode volume : volumes) {
      JsonNode secret = volume.path("secret");
      for (JsonNode item : secret.path("items")) {
        if (item.path("key").asText("").equals("tls.crt")) {
          return Optional.of(secret.path("secretName").asText(""));
        }
      }
    }
    return Optional.empty();
  }

  /** The Deployment as kubectl's commands name it. */
  String kubectl() {
    return "deployment/%s -n %s"
        .formatted(deployment.path("metadata").path("name").asText(""), namespace);
  }

  /** The webhook's ServiceAccount as a user of the API server. */
  String user() {
    String account = deployment.at("/spec/template/spec/serviceAccountName").asText("default");
    return "system:serviceaccount:%s:%s".formatted(namespace, account);
  }

  /**
   * A key of a ConfigMap.
   *
   * @throws UnusableContentException if it is not there or cannot be read
   */
  String configMap(String space, String name, String key) throws UnusableContentException {
    return configMap(space, name)
        .flatMap(found -> Optional.ofNullable(found.path("data").get(key)))
        .map(JsonNode::asText)
        .orElseThrow(() ->
            new UnusableContentException(
                "ConfigMap %s/%s has no key %s".formatted(space, name, key)));
  }

  /**
   * The text of a file that the webhook's container has from a ConfigMap.
   *
   * @throws UnusableContentException if it has the file from elsewhere, or it cannot be read
   */
  String file(Path file) throws UnusableContentException {
    for (JsonNode mount : container.path("volumeMounts")) {
      Path folder = Path.of(mount.path("mountPath").asText("/"));
      for (JsonNode volume : volumes) {
        if (volume.path("name").equals(mount.path("name"))
            && volume.has("configMap")
            && file.startsWith(folder)) {
          JsonNode source = volume.path("configMap");
          return configMap(
              namespace,
              source.path("name").asText(""),
              key(source.path("items"), folder.relativize(file).toString()));
        }
      }
    }
    throw new UnusableContentException(
        "%s of %s is from no ConfigMap; give the file itself".formatted(file, title));
  }

  private static String key(JsonNode items, String path) {
    for (JsonNode item : items) {
      if (item.path("path").asText("").equals(path)) {
        return item.path("key").asText("");
      }
    }
    return path;
  }
}
