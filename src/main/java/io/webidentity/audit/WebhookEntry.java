package io.webidentity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.policy.InvalidPolicyException;
import io.webidentity.policy.LabelSelector;
import io.webidentity.policy.LabelSelector.Operator;
import io.webidentity.policy.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One webhook of ours, as a MutatingWebhookConfiguration has it.
 *
 * @param configuration the configuration
 * @param webhook the entry of its list
 */
public record WebhookEntry(JsonNode configuration, JsonNode webhook) {
  /** What the chart's webhooks are called, the reference's, and that which EKS runs by itself. */
  private static final List<String> NAMES =
      List.of(
          ".webidentity.io", "pod-identity-webhook.amazonaws.com", "iam-for-pods.amazonaws.com");

  private static final String CHART = "web-identity-webhook";

  /** Those of a configuration that are ours: by their names, or by the chart's label. */
  public static List<WebhookEntry> ours(JsonNode configuration) {
    List<WebhookEntry> found = new ArrayList<>();
    boolean chart = isOfChart(configuration);
    for (JsonNode webhook : configuration.path("webhooks")) {
      String name = webhook.path("name").asText("");
      if (chart || NAMES.stream().anyMatch(name::endsWith)) {
        found.add(new WebhookEntry(configuration, webhook));
      }
    }
    return found;
  }

  /** The DNS name by which the API server calls its Service. */
  public String serviceName() {
    JsonNode service = webhook.at("/clientConfig/service");
    return "%s.%s.svc"
        .formatted(service.path("name").asText(""), service.path("namespace").asText(""));
  }

  /** Whether both are of one configuration. */
  public boolean isBeside(WebhookEntry other) {
    return configuration.equals(other.configuration);
  }

  /** Whether it has matchConditions beside the chart's own, which leaves out mirror pods. */
  boolean hasConditions() {
    for (JsonNode condition : webhook.path("matchConditions")) {
      if (!condition.path("name").asText("").equals("not-a-mirror-pod")) {
        return true;
      }
    }
    return false;
  }

  /** Its name, which the API server's errors have. */
  public String name() {
    return webhook.path("name").asText("");
  }

  /** Whether the chart made it, or its manifests: no other webhook of this kind has the label. */
  public boolean isOfChart() {
    return isOfChart(configuration);
  }

  private static boolean isOfChart(JsonNode configuration) {
    JsonNode labels = configuration.path("metadata").path("labels");
    return labels.path("app.kubernetes.io/name").asText("").equals(CHART);
  }

  /** The configuration and the webhook's name in it. */
  public String title() {
    return "webhook %s of MutatingWebhookConfiguration %s"
        .formatted(
            webhook.path("name").asText(""),
            configuration.path("metadata").path("name").asText(""));
  }

  /**
   * Whether a rule of it is for an operation with objects of a Namespace.
   *
   * @param resource of the core group, perhaps with a subresource behind a slash
   */
  public boolean isFor(String operation, String resource) {
    for (JsonNode rule : webhook.path("rules")) {
      if (has(rule.path("apiGroups"), "")
          && has(rule.path("apiVersions"), "v1")
          && has(rule.path("operations"), operation)
          && !rule.path("scope").asText("").equals("Cluster")
          && hasResource(rule.path("resources"), resource)) {
        return true;
      }
    }
    return false;
  }

  private static boolean has(JsonNode list, String wanted) {
    for (JsonNode one : list) {
      if (List.of(wanted, "*").contains(one.asText(""))) {
        return true;
      }
    }
    return false;
  }

  /** A star stands for all resources, or all subresources and none. */
  private static boolean hasResource(JsonNode list, String wanted) {
    String[] parts = (wanted + "/").split("/", -1);
    for (JsonNode one : list) {
      String[] pattern = (one.asText("") + "/").split("/", -1);
      if (List.of(parts[0], "*").contains(pattern[0])
          && List.of(parts[1], "*").contains(pattern[1])) {
        return true;
      }
    }
    return false;
  }

  /** Whether its namespaceSelector takes a Namespace with these labels. */
  public boolean selectsNamespace(JsonNode labels) {
    return selects(webhook.path("namespaceSelector"), labels);
  }

  /** Whether its objectSelector takes a pod with these labels. */
  public boolean selectsObject(JsonNode labels) {
    return selects(webhook.path("objectSelector"), labels);
  }

  /** Whether pods are created without it while it does not answer. */
  public boolean ignoresFailures() {
    return webhook.path("failurePolicy").asText("").equals("Ignore");
  }

  /** An empty selector takes everything, and so does one that nobody can read. */
  private static boolean selects(JsonNode selector, JsonNode labels) {
    Map<String, String> texts = new HashMap<>();
    labels.properties().forEach(label -> texts.put(label.getKey(), label.getValue().asText("")));
    try {
      List<Requirement> requirements = requirements(selector);
      return requirements.isEmpty() || new LabelSelector(requirements).matches(texts);
    } catch (InvalidPolicyException _) {
      return true;
    }
  }

  private static List<Requirement> requirements(JsonNode selector) throws InvalidPolicyException {
    List<Requirement> requirements = new ArrayList<>();
    for (Map.Entry<String, JsonNode> label : selector.path("matchLabels").properties()) {
      requirements.add(
          Requirement.of(label.getKey(), Operator.IN, Set.of(label.getValue().asText(""))));
    }
    for (JsonNode expression : selector.path("matchExpressions")) {
      Set<String> values = new HashSet<>();
      expression.path("values").forEach(value -> values.add(value.asText("")));
      Optional<Operator> operator = Operator.of(expression.path("operator").asText(""));
      if (operator.isPresent()) {
        requirements.add(Requirement.of(expression.path("key").asText(""), operator.get(), values));
      }
    }
    return requirements;
  }
}
