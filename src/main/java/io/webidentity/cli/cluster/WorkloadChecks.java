package io.webidentity.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.audit.ClusterView;
import io.webidentity.audit.WebhookEntry;
import io.webidentity.cli.serve.ServeFlags;
import io.webidentity.watch.UnusableContentException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether Service and Deployment of a webhook lead to replicas that answer. */
final class WorkloadChecks {
  private static final int HTTPS = 443;

  private final Checks checks;
  private final ClusterView cluster;

  WorkloadChecks(Checks checks, ClusterView cluster) {
    this.checks = checks;
    this.cluster = cluster;
  }

  /**
   * Looks at what a webhook's configuration leads to.
   *
   * @return the installation, if everything up to its Deployment is there
   */
  Optional<Installation> examine(WebhookEntry webhook) throws UnusableContentException {
    JsonNode target = webhook.webhook().path("clientConfig").path("service");
    if (target.isMissingNode()) {
      checks.skipped("service", "the configuration calls a URL, and no Service");
      return Optional.empty();
    }
    String namespace = target.path("namespace").asText("");
    String name = target.path("name").asText("");
    Optional<JsonNode> found =
        cluster.find("/api/v1/namespaces/%s/services/%s".formatted(namespace, name));
    if (found.isEmpty()) {
      checks.failed(
          "service",
          "Service %s/%s does not exist".formatted(namespace, name),
          "install the chart again");
      return Optional.empty();
    }
    checks.passed("service", "Service %s/%s".formatted(namespace, name));
    Optional<Installation> installation = Installation.behind(webhook, cluster);
    Optional<JsonNode> port = port(found.get(), target.path("port").asInt(HTTPS));
    checks.look("endpoints", () -> endpoints(namespace, name));
    checks.begin("deployment");
    if (installation.isEmpty()) {
      checks.failed(
          "deployment",
          "no Deployment has pods that the Service selects",
          "correct the Service's selector, or install the chart again");
      return Optional.empty();
    }
    deployment(installation.get());
    if (port.isPresent()) {
      checks.look("target-port", () -> targetPort(port.get(), installation.get()));
    }
    checks.look("versions", () -> versions(namespace, found.get().at("/spec/selector")));
    return installation;
  }

  private Optional<JsonNode> port(JsonNode service, int wanted) {
    for (JsonNode port : service.at("/spec/ports")) {
      if (port.path("port").asInt() == wanted) {
        checks.passed("port", "the Service has port " + wanted);
        return Optional.of(port);
      }
    }
    checks.failed(
        "port",
        "the configuration calls port %d, which the Service does not have".formatted(wanted),
        "correct clientConfig.service.port or the Service");
    return Optional.empty();
  }

  private void targetPort(JsonNode port, Installation installation)
      throws UnusableContentException {
    JsonNode target = port.path("targetPort");
    int listening = installation.read(flags -> flags.value(ServeFlags.PORT));
    boolean open = target.isInt() && target.asInt() == listening;
    for (JsonNode container : installation.container().path("ports")) {
      open |=
          container.path("containerPort").asInt() == listening
              && container.path("name").equals(target);
    }
    open |= target.isMissingNode() && port.path("port").asInt() == listening;
    if (open) {
      checks.passed("target-port", "the webhook listens on " + listening);
    } else {
      checks.failed(
          "target-port",
          "the Service leads to port %s, and the webhook listens on %d"
              .formatted(target.asText("?"), listening),
          "correct the Service's targetPort or the flag --port");
    }
  }

  private void endpoints(String namespace, String service) throws UnusableContentException {
    int[] ready = {0};
    int[] all = {0};
    cluster
        .api()
        .list(
            "/apis/discovery.k8s.io/v1/namespaces/%s/endpointslices?labelSelector=kubernetes.io/service-name%%3D%s"
                .formatted(namespace, service),
            slice ->
                slice
                    .path("endpoints")
                    .forEach(endpoint -> {
                      all[0]++;
                      ready[0] += endpoint.at("/conditions/ready").asBoolean(true) ? 1 : 0;
                    }));
    if (ready[0] > 0) {
      checks.passed("endpoints", "%d of %d endpoints are ready".formatted(ready[0], all[0]));
    } else {
      checks.failed(
          "endpoints",
          "the Service has no ready endpoint (%d that are not)".formatted(all[0]),
          "see why its pods are not ready: kubectl describe pod, kubectl logs");
    }
  }

  private void deployment(Installation installation) {
    JsonNode spec = installation.deployment().path("spec");
    JsonNode status = installation.deployment().path("status");
    int wanted = spec.path("replicas").asInt(1);
    int ready = status.path("readyReplicas").asInt(0);
    String restart = "kubectl rollout status " + installation.kubectl();
    if (wanted == 0) {
      checks.failed(
          "replicas",
          installation.title() + " is scaled to zero",
          "kubectl scale --replicas=2 " + installation.kubectl());
    } else if (ready < wanted) {
      checks.failed(
          "replicas", "%d of %d replicas are ready".formatted(ready, wanted), "see " + restart);
    } else {
      checks.passed("replicas", "%d of %d replicas are ready".formatted(ready, wanted));
    }
    if (spec.path("paused").asBoolean(false)) {
      checks.failed(
          "rollout",
          "the rollout of %s is paused".formatted(installation.title()),
          "kubectl rollout resume " + installation.kubectl());
    } else if (status.path("updatedReplicas").asInt(0) < wanted) {
      checks.warning("rollout", "replicas of the last change are still missing", "see " + restart);
    } else {
      checks.passed("rollout", "every replica is of the last change");
    }
  }

  private void versions(String namespace, JsonNode selector) throws UnusableContentException {
    Set<String> images = new HashSet<>();
    StringBuilder query = new StringBuilder();
    for (Map.Entry<String, JsonNode> label : selector.properties()) {
      query.append(query.isEmpty() ? "" : "%2C");
      query.append(label.getKey()).append("%3D").append(label.getValue().asText(""));
    }
    cluster
        .api()
        .list(
            "/api/v1/namespaces/%s/pods?labelSelector=%s".formatted(namespace, query),
            pod -> images.add(pod.at("/spec/containers/0/image").asText("")));
    if (images.size() > 1) {
      checks.warning(
          "versions",
          "replicas have different images: " + String.join(", ", images.stream().sorted().toList()),
          "wait for the rollout, or remove pods that are left over");
    } else {
      checks.passed("versions", "all replicas have the same image");
    }
  }
}
