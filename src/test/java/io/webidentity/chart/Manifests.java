package io.webidentity.chart;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.Helm.Release;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The folders for kustomize, made of the chart: {@code manifests/} with the built-in certificate,
 * {@code webhook/} with the configuration, and {@code certs/}, which makes of them an installation
 * with cert-manager.
 */
final class Manifests {
  static final Set<String> FOLDERS = Set.of("manifests", "webhook", "certs");

  /** Say that Helm has installed an object. */
  static final List<String> LABELS_OF_HELM =
      List.of("app.kubernetes.io/managed-by", "helm.sh/chart");

  private static final Release RELEASE = new Release("web-identity", ChartInstallation.NAME);
  private static final String HEADER =
      "# Made of charts/web-identity-webhook by ManifestsTest; -Dgolden.update=true writes it.\n";
  private static final String CONFIGURATION = "mutatingwebhookconfiguration.yaml";
  private static final String DEPLOYMENT = "deployment.yaml";
  private static final String CERTIFICATE = "certificate.yaml";

  private final Helm helm;

  Manifests(Helm helm) {
    this.helm = helm;
  }

  /** What the chart renders with a certificate source, without the pod of {@code helm test}. */
  Rendering chart(String certificateSource) {
    return Rendering.of(String.join("---\n", templates(certificateSource).values()));
  }

  /**
   * The files, each with its content, by their paths such as {@code webhook/kustomization.yaml}.
   */
  Map<String, String> files() {
    Map<String, String> builtIn = templates("builtIn");
    Map<String, String> files = new TreeMap<>();
    files.put("manifests/namespace.yaml", namespace());
    builtIn.forEach((name, yaml) -> {
      String folder = name.equals(CONFIGURATION) ? "webhook/" : "manifests/";
      files.put(folder + name, HEADER + yaml);
    });
    files.put("certs/" + CERTIFICATE, HEADER + templates("certManager").get(CERTIFICATE));
    files.put("certs/" + DEPLOYMENT, HEADER + mountedCertificate());
    files.put("manifests/kustomization.yaml", installation(builtIn.keySet()));
    files.put("webhook/kustomization.yaml", kustomization(List.of(CONFIGURATION)));
    files.put("certs/kustomization.yaml", withCertManager());
    return files;
  }

  /** What each template renders, by its file name. */
  private Map<String, String> templates(String certificateSource) {
    String all =
        helm.template(
                RELEASE,
                ChartInstallation.CHART,
                ChartInstallation.SOME_IMAGE,
                "--skip-tests",
                "--set=certificate.source=" + certificateSource)
            .requireSuccess()
            .output();
    return Stream.of(all.split("(?m)^---\n# Source: .*/templates/"))
        .filter(document -> !document.isBlank())
        .collect(
            Collectors.toMap(
                document -> document.substring(0, document.indexOf('\n')),
                Manifests::content,
                (first, second) -> first + "---\n" + second,
                TreeMap::new));
  }

  private static String content(String document) {
    return document
        .lines()
        .skip(1)
        .filter(line -> !line.isBlank())
        .filter(line -> LABELS_OF_HELM.stream().noneMatch(line.strip()::startsWith))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private static String namespace() {
    return HEADER
        + """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: %s
          labels:
            pod-security.kubernetes.io/enforce: restricted
        """
            .formatted(RELEASE.namespace());
  }

  private String installation(Collection<String> templates) {
    List<String> files =
        templates.stream().filter(name -> !name.equals(CONFIGURATION)).sorted().toList();
    String[] image = image().split(":", 2);
    return kustomization(
            Stream.of(List.of("namespace.yaml"), files, List.of("../webhook"))
                .flatMap(List::stream)
                .toList())
        + """
        # Where your nodes find the image: newName is its registry and repository.
        images:
          - name: %1$s
            newName: %1$s
            newTag: %2$s
        """
            .formatted(image[0], image[1]);
  }

  private String image() {
    return container(chart("builtIn")).at("/image").asText();
  }

  private static String kustomization(List<String> resources) {
    return HEADER
        + """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources:
        """
        + list("  ", resources);
  }

  /** A patch of the Deployment: its arguments, and the Secret that cert-manager writes. */
  private String mountedCertificate() {
    Rendering rendering = chart("certManager");
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: %1$s
      namespace: %2$s
    spec:
      template:
        spec:
          containers:
            - name: webhook
              args:
    %3$s          volumeMounts:
    %4$s      volumes:
    %5$s\
    """
        .formatted(
            RELEASE.name(),
            RELEASE.namespace(),
            list(" ".repeat(12), texts(container(rendering).at("/args"))),
            list(" ".repeat(12), texts(container(rendering).at("/volumeMounts"))),
            list(
                " ".repeat(8),
                texts(rendering.the("Deployment").at("/spec/template/spec/volumes"))));
  }

  private static JsonNode container(Rendering rendering) {
    return rendering.the("Deployment").at("/spec/template/spec/containers/0");
  }

  private String withCertManager() {
    Set<String> kept = chart("certManager").byName().keySet();
    String removed =
        chart("builtIn").byName().entrySet().stream()
            .filter(object -> !kept.contains(object.getKey()))
            .map(object -> removal(object.getValue()))
            .collect(Collectors.joining());
    return kustomization(List.of("../manifests", CERTIFICATE))
        + """
        patches:
          - path: %s
          - patch: |
              apiVersion: admissionregistration.k8s.io/v1
              kind: MutatingWebhookConfiguration
              metadata:
                name: %s
                annotations:
                  cert-manager.io/inject-ca-from: %s/%s
          # The built-in certificate and the rights that it needs.
        """
            .formatted(DEPLOYMENT, RELEASE.name(), RELEASE.namespace(), RELEASE.name())
        + removed;
  }

  private static String removal(JsonNode object) {
    String namespace = object.at("/metadata/namespace").asText();
    return """
      - patch: |
          $patch: delete
          apiVersion: %s
          kind: %s
          metadata:
            name: %s
    """
            .formatted(
                object.at("/apiVersion").asText(),
                object.at("/kind").asText(),
                object.at("/metadata/name").asText())
        + (namespace.isEmpty() ? "" : "        namespace: %s\n".formatted(namespace));
  }

  /** Strings as they are, objects as JSON, which is YAML. */
  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(node -> node.isTextual() ? node.asText() : node.toString())
        .toList();
  }

  private static String list(String indent, List<String> items) {
    return items.stream().map(item -> indent + "- " + item + "\n").collect(Collectors.joining());
  }
}
