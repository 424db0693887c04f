package io.webidentity.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.audit.ClusterView;
import io.webidentity.audit.WebhookEntry;
import io.webidentity.cli.serve.ServeFlags;
import io.webidentity.watch.UnusableContentException;
import java.util.ArrayList;
import java.util.List;

/** Whether the API server asks the webhook about the pods that it should. */
final class ConfigurationChecks {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the API server takes where the configuration does not say. */
  private static final int USUAL_SECONDS = 10;

  /** A live look-up takes 2 seconds at most. */
  private static final int FEWEST_SECONDS = 3;

  /** More cannot be written. */
  private static final int MOST_SECONDS = 30;

  private final Checks checks;
  private final ClusterView cluster;

  ConfigurationChecks(Checks checks, ClusterView cluster) {
    this.checks = checks;
    this.cluster = cluster;
  }

  /** Looks at what one webhook's configuration says, and at other webhooks beside it. */
  void examine(WebhookEntry webhook) throws UnusableContentException {
    rules(webhook);
    sideEffects(webhook);
    timeout(webhook);
    checks.look("selectors", () -> selectors(webhook));
    others(cluster.webhooks(), webhook);
  }

  private void rules(WebhookEntry webhook) {
    if (webhook.isFor("CREATE", "pods")) {
      checks.passed("rules", "the API server asks about each new pod");
    } else {
      checks.failed(
          "rules",
          "no rule of the webhook is for the creation of pods",
          "add apiGroups [\"\"], apiVersions [v1], resources [pods], operations [CREATE]");
    }
  }

  /** Debug containers: a mode of the server, which needs a rule of its own. */
  void ephemeral(WebhookEntry webhook, Installation installation) throws UnusableContentException {
    if (!installation.read(flags -> flags.value(ServeFlags.INJECT_EPHEMERAL_CONTAINERS))) {
      return;
    }
    boolean asked =
        cluster.webhooks().stream()
            .filter(entry -> entry.isBeside(webhook))
            .anyMatch(entry -> entry.isFor("UPDATE", "pods/ephemeralcontainers"));
    if (asked) {
      checks.passed("ephemeral-rule", "the API server asks about debug containers");
    } else {
      checks.warning(
          "ephemeral-rule",
          "--inject-ephemeral-containers is on, and no rule is for debug containers",
          "add resources [pods/ephemeralcontainers], operations [UPDATE]");
    }
  }

  /** API servers refuse to create others, and keep those of before Kubernetes 1.22. */
  private void sideEffects(WebhookEntry webhook) {
    String declared = webhook.webhook().path("sideEffects").asText("");
    if (declared.equals("None") || declared.equals("NoneOnDryRun")) {
      checks.passed("side-effects", "the API server tries pods with the webhook, too");
    } else {
      checks.failed(
          "side-effects",
          "sideEffects is %s: the API server refuses pods that are only tried (dry run)"
              .formatted(declared),
          "write sideEffects: None; the webhook has none");
    }
  }

  private void timeout(WebhookEntry webhook) {
    int seconds = webhook.webhook().path("timeoutSeconds").asInt(USUAL_SECONDS);
    if (seconds < FEWEST_SECONDS) {
      checks.warning(
          "timeout",
          "timeoutSeconds is %d: the API server may not wait for a look-up of the account"
              .formatted(seconds),
          "write 10, the default: a look-up takes up to 2 seconds");
    } else if (seconds >= MOST_SECONDS && !webhook.ignoresFailures()) {
      checks.warning(
          "timeout",
          "timeoutSeconds is %d with failurePolicy Fail: while no replica answers, pods wait long"
              .formatted(seconds),
          "write 10, the default: clients of the API server may give up before");
    } else {
      checks.passed("timeout", "the API server waits for %d seconds".formatted(seconds));
    }
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
    failurePolicy(webhook, selected);
  }

  private void failurePolicy(WebhookEntry webhook, List<String> selected) {
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
            .filter(entry -> !entry.isBeside(webhook))
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
}
