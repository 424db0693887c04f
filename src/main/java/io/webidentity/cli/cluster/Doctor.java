package io.webidentity.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.account.AccountKey;
import io.webidentity.kubernetes.ApiObjects.RefusedException;
import io.webidentity.watch.UnusableContentException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks at an installation from outside, from its configuration to a pod that is tried. */
final class Doctor {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int HTTPS = 443;
  private static final String DEFAULT_AUDIENCE = "sts.amazonaws.com";
  private static final Duration CLOCKS = Duration.ofMinutes(1);

  private final ClusterView cluster;
  private final Checks checks = new Checks();
  private final Instant now;
  private final Optional<String> configuration;
  private final String space;
  private final String account;
  private final boolean asksForToken;

  /**
   * Looks at a cluster.
   *
   * @param configuration the name of the one to look at; empty for the first that is found
   * @param namespace of the account that a pod is tried with
   * @param account whose pod is tried
   * @param asksForToken whether a token of the account is asked for
   */
  Doctor(
      ClusterView cluster,
      Instant now,
      Optional<String> configuration,
      String namespace,
      String account,
      boolean asksForToken) {
    this.cluster = cluster;
    this.now = now;
    this.configuration = configuration;
    this.space = namespace;
    this.account = account;
    this.asksForToken = asksForToken;
  }

  /** All that was found. */
  List<Check> examine() throws UnusableContentException {
    checks.begin("configuration");
    List<WebhookEntry> entries = cluster.webhooks();
    Optional<WebhookEntry> ours =
        entries.stream()
            .filter(this::isAskedAbout)
            .min(Comparator.comparing(entry -> !entry.isOfChart()));
    if (ours.isEmpty()) {
      checks.failed(
          "configuration",
          configuration
              .map("no MutatingWebhookConfiguration %s of this kind is there"::formatted)
              .orElse("no MutatingWebhookConfiguration of the cluster calls the webhook"),
          "install the chart, or kubectl apply -k the manifests");
      return checks.all();
    }
    WebhookEntry webhook = ours.get();
    checks.passed("configuration", webhook.title());
    rules(webhook);
    checks.look("selectors", () -> selectors(webhook));
    others(entries, webhook);
    List<X509Certificate> authorities =
        new CertificateChecks(checks, now)
            .bundle(webhook.webhook().path("clientConfig").path("caBundle").asText(""));
    checks.look("service", () -> service(webhook, authorities));
    checks.begin("pods");
    checks.look("try", () -> tryPod(webhook));
    checks.begin("issuer");
    checks.look("issuer", this::issuer);
    if (asksForToken) {
      checks.look(
          "token",
          () ->
              new TokenChecks(checks, cluster.api())
                  .examine(new AccountKey(space, account), audience(webhook)));
    }
    return checks.all();
  }

  private String audience(WebhookEntry webhook) throws UnusableContentException {
    Optional<Installation> installation = Installation.behind(webhook, cluster);
    return installation.isPresent() ? installation.get().audience() : DEFAULT_AUDIENCE;
  }

  private boolean isAskedAbout(WebhookEntry entry) {
    String name = entry.configuration().path("metadata").path("name").asText("");
    return configuration.isEmpty() ? callsUs(entry) : configuration.get().equals(name);
  }

  private static boolean callsUs(WebhookEntry entry) {
    return entry.webhook().at("/clientConfig/service/path").asText("").equals("/mutate")
        || entry.webhook().path("clientConfig").has("url");
  }

  private void rules(WebhookEntry webhook) {
    boolean pods = false;
    for (JsonNode rule : webhook.webhook().path("rules")) {
      pods |=
          has(rule.path("apiGroups"), "")
              && has(rule.path("operations"), "CREATE")
              && (has(rule.path("resources"), "pods") || has(rule.path("resources"), "*/*"));
    }
    if (pods) {
      checks.passed("rules", "the API server asks about each new pod");
    } else {
      checks.failed(
          "rules",
          "no rule of the webhook is for the creation of pods",
          "add apiGroups [\"\"], resources [pods], operations [CREATE]");
    }
  }

  private static boolean has(JsonNode list, String wanted) {
    for (JsonNode one : list) {
      if (one.asText("").equals(wanted) || one.asText("").equals("*")) {
        return true;
      }
    }
    return false;
  }

  private void selectors(WebhookEntry webhook) throws UnusableContentException {
    List<String> selected = new ArrayList<>();
    cluster
        .api()
        .list(
            "/api/v1/namespaces",
            namespace -> {
              JsonNode metadata = namespace.path("metadata");
              if (webhook.selectsNamespace(metadata.path("labels"))) {
                selected.add(metadata.path("name").asText(""));
              }
            });
    if (selected.isEmpty()) {
      checks.failed(
          "selectors",
          "the namespaceSelector takes none of the cluster's Namespaces",
          "correct webhook.namespaceSelector of the chart");
      return;
    }
    if (webhook.selectsObject(JSON.createObjectNode())) {
      checks.passed("selectors", "%d Namespaces are selected".formatted(selected.size()));
    } else {
      checks.warning(
          "selectors",
          "the objectSelector takes no pod without labels",
          "see whether it takes the labels of your pods: webhook explain pod/NAME");
    }
    String home = webhook.webhook().at("/clientConfig/service/namespace").asText("");
    if (!webhook.ignoresFailures() && selected.contains(home)) {
      checks.warning(
          "failure-policy",
          "failurePolicy Fail holds in the webhook's own Namespace %s".formatted(home),
          "if no replica is left, no new one can be created: exclude that Namespace");
    } else if (!webhook.ignoresFailures() && selected.contains("kube-system")) {
      checks.warning(
          "failure-policy",
          "failurePolicy Fail holds in kube-system",
          "exclude it: without the webhook the cluster could not heal itself");
    } else {
      checks.passed(
          "failure-policy", webhook.webhook().path("failurePolicy").asText("") + " where it holds");
    }
  }

  private void others(List<WebhookEntry> entries, WebhookEntry webhook) {
    List<String> others =
        entries.stream()
            .filter(entry -> !entry.configuration().equals(webhook.configuration()))
            .map(WebhookEntry::title)
            .toList();
    if (others.isEmpty()) {
      checks.passed("others", "no other webhook of this kind is there");
    } else {
      checks.warning(
          "others",
          "another webhook of this kind changes pods, too: " + String.join(", ", others),
          "remove it once this one has proven itself (docs/migrate.md)");
    }
  }

  private void service(WebhookEntry webhook, List<X509Certificate> authorities)
      throws UnusableContentException {
    checks.begin("service");
    JsonNode target = webhook.webhook().path("clientConfig").path("service");
    if (target.isMissingNode()) {
      checks.skipped("service", "the configuration calls a URL, and no Service");
      return;
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
      return;
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
      return;
    }
    deployment(installation.get());
    if (port.isPresent()) {
      checks.look("target-port", () -> targetPort(port.get(), installation.get()));
    }
    checks.look("versions", () -> versions(namespace, found.get().at("/spec/selector")));
    checks.begin("certificate");
    checks.look(
        "certificate",
        () -> certificate(installation.get(), name + "." + namespace + ".svc", authorities));
    checks.begin("rights");
    checks.look("rights", () -> rights(installation.get()));
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
    int listening = installation.port();
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
    String restart =
        "kubectl rollout status " + installation.title().replace(" in namespace", " -n");
    if (wanted == 0) {
      checks.failed(
          "replicas",
          installation.title() + " is scaled to zero",
          "kubectl scale --replicas=2 " + installation.title().replace(" in namespace", " -n"));
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
          "kubectl rollout resume " + installation.title().replace(" in namespace", " -n"));
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

  private void certificate(
      Installation installation, String name, List<X509Certificate> authorities)
      throws UnusableContentException {
    Optional<String> secret = installation.certificateSecret();
    if (secret.isEmpty()) {
      checks.skipped(
          "certificate", "the certificate is in no Secret; the pod that is tried shows its use");
      return;
    }
    Optional<JsonNode> found =
        cluster.find(
            "/api/v1/namespaces/%s/secrets/%s".formatted(installation.namespace(), secret.get()));
    if (found.isEmpty()) {
      checks.failed(
          "certificate",
          "Secret %s/%s does not exist".formatted(installation.namespace(), secret.get()),
          "have cert-manager or the webhook make it, or create it");
      return;
    }
    String pem =
        new String(
            Base64.getMimeDecoder().decode(found.get().path("data").path("tls.crt").asText("")),
            StandardCharsets.UTF_8);
    new CertificateChecks(checks, now).served(pem, name, authorities);
  }

  private void rights(Installation installation) throws UnusableContentException {
    for (Installation.Right right : installation.rights()) {
      for (String verb : right.verbs()) {
        right(installation.user(), verb, right);
      }
    }
  }

  private void right(String user, String verb, Installation.Right right)
      throws UnusableContentException {
    ObjectNode review = JSON.createObjectNode();
    review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SubjectAccessReview");
    ObjectNode spec = review.putObject("spec").put("user", user);
    spec.putObject("resourceAttributes")
        .put("verb", verb)
        .put("group", right.group())
        .put("resource", right.resource())
        .put("namespace", right.namespace())
        .put("name", right.name());
    String what = verb + " " + right.resource();
    String name = "right-" + what.replace(' ', '-');
    try {
      JsonNode answer =
          cluster.api().create("/apis/authorization.k8s.io/v1/subjectaccessreviews", review);
      if (answer.at("/status/allowed").asBoolean(false)) {
        checks.passed(name, "%s may %s".formatted(user, what));
      } else {
        checks.failed(
            name, "%s may not %s".formatted(user, what), "apply the chart's roles and bindings");
      }
    } catch (RefusedException refused) {
      checks.skipped(name, "you may not ask for rights of others: " + refused.getMessage());
    }
  }

  /** A pod that is never stored: whether the API server reaches the webhook, and what it says. */
  private void tryPod(WebhookEntry webhook) throws UnusableContentException {
    JsonNode labels =
        cluster
            .namespace(space)
            .map(found -> found.path("metadata").path("labels"))
            .orElse(MissingNode.getInstance());
    Optional<WebhookEntry> asked = asked(webhook, labels);
    if (asked.isEmpty()) {
      checks.skipped(
          "try",
          "the webhook is for no pod without labels of Namespace %s; give another"
              .formatted(space));
      return;
    }
    ObjectNode pod = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata").put("generateName", "webhook-doctor-");
    ObjectNode spec = pod.putObject("spec").put("serviceAccountName", account);
    ObjectNode container = spec.putArray("containers").addObject();
    container.put("name", "doctor").put("image", "doctor");
    try {
      JsonNode tried =
          cluster.api().create("/api/v1/namespaces/%s/pods?dryRun=All".formatted(space), pod);
      tried(asked.get(), tried);
    } catch (RefusedException refused) {
      String message = String.valueOf(refused.getMessage());
      if (message.contains("failed calling webhook \"" + asked.get().name() + "\"")) {
        checks.failed("try", "the API server cannot call the webhook: " + message, cure(message));
      } else {
        checks.skipped("try", "the API server does not take the pod: " + message);
      }
    }
  }

  /** The entry of the same configuration that is asked about a pod without labels. */
  private Optional<WebhookEntry> asked(WebhookEntry webhook, JsonNode labels)
      throws UnusableContentException {
    return cluster.webhooks().stream()
        .filter(entry -> entry.configuration().equals(webhook.configuration()))
        .filter(
            entry -> entry.selectsNamespace(labels) && entry.selectsObject(JSON.createObjectNode()))
        .findFirst();
  }

  private void tried(WebhookEntry webhook, JsonNode pod) {
    Instant server = Instant.parse(pod.at("/metadata/creationTimestamp").asText(now.toString()));
    if (Duration.between(server, now).abs().compareTo(CLOCKS) > 0) {
      checks.warning(
          "clock",
          "the API server's clock shows %s, and this one %s".formatted(server, now),
          "correct the clocks: certificates and tokens depend on them");
    } else {
      checks.passed("clock", "the API server's clock agrees with this one");
    }
    boolean injected = pod.at("/spec/containers/0/env").toString().contains("\"AWS_");
    if (injected) {
      checks.passed("try", "a pod of %s/%s is given credentials".formatted(space, account));
    } else if (webhook.ignoresFailures()) {
      checks.skipped(
          "try",
          "a pod of %s/%s is given nothing, and failurePolicy Ignore hides whether the webhook was"
                  .formatted(space, account)
              + " asked; give -n and --service-account of one with a role");
    } else {
      checks.passed("try", "the API server reaches the webhook");
    }
  }

  private static String cure(String message) {
    if (message.contains("x509") || message.contains("certificate")) {
      return "see the checks of the certificate";
    }
    if (message.contains("no endpoints") || message.contains("connection refused")) {
      return "see the checks of service and deployment";
    }
    if (message.contains("deadline exceeded") || message.contains("timeout")) {
      return "let the control plane reach the webhook's port: firewalls, NetworkPolicies";
    }
    return "see the webhook's log";
  }

  private void issuer() throws UnusableContentException {
    Optional<JsonNode> found = cluster.find("/.well-known/openid-configuration");
    if (found.isEmpty()) {
      checks.skipped("issuer", "the API server shows no issuer");
      return;
    }
    String issuer = found.get().path("issuer").asText("");
    if (issuer.matches("https://[^/]+\\.[^/]+(?:/.*)?")
        && !issuer.matches("https://[^/]*\\.(?:svc|local)(?::[0-9]+)?(?:/.*)?")) {
      checks.passed("issuer", "tokens are issued by " + issuer);
    } else {
      checks.warning(
          "issuer",
          "tokens are issued by %s, which AWS cannot read".formatted(issuer),
          "give the API server a --service-account-issuer that is public, with https");
    }
    Set<String> algorithms = new HashSet<>();
    found
        .get()
        .path("id_token_signing_alg_values_supported")
        .forEach(one -> algorithms.add(one.asText("")));
    if (algorithms.stream().anyMatch(one -> one.matches("[RE]S(?:256|384|512)"))) {
      checks.passed("algorithms", "tokens are signed by " + String.join(", ", algorithms));
    } else {
      checks.warning(
          "algorithms",
          "tokens are signed by %s".formatted(String.join(", ", algorithms)),
          "sign with RS256 or ES256; AWS takes RS and ES with 256, 384 and 512 only");
    }
  }
}
