package io.webidentity.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.audit.ClusterView;
import io.webidentity.audit.WebhookEntry;
import io.webidentity.watch.UnusableContentException;
import java.util.ArrayList;
import java.util.List;

/** Whether the API server asks the webhook about the pods that it should. */
final class ConfigurationChecks {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Checks checks;
  private final ClusterView cluster;

  ConfigurationChecks(Checks checks, ClusterView cluster) {
    this.checks = checks;
    this.cluster = cluster;
  }

  /**
   * Looks at rules, selectors and failurePolicy of one webhook, and at those of others beside it.
   */
  void examine(WebhookEntry webhook) throws UnusableContentException {
    rules(webhook);
    checks.look("selectors", () -> selectors(webhook));
    others(cluster.webhooks(), webhook);
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
}
