package io.webidentity.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.audit.ClusterView;
import io.webidentity.kubernetes.ApiObjects.RefusedException;
import io.webidentity.policy.RolePolicy;
import io.webidentity.rolepolicy.RolePolicySource;
import io.webidentity.watch.UnusableContentException;

/** Whether the webhook's ServiceAccount may do what its flags need. */
final class RightsChecks {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Checks checks;
  private final ClusterView cluster;

  RightsChecks(Checks checks, ClusterView cluster) {
    this.checks = checks;
    this.cluster = cluster;
  }

  /** Asks the API server about each right. */
  void examine(Installation installation) throws UnusableContentException {
    boolean readsLabels = checks.look("rights", false, () -> readsLabels(installation));
    for (NeededRight right : installation.read(flags -> NeededRight.of(flags, readsLabels))) {
      for (String verb : right.verbs()) {
        right(installation.user(), verb, right);
      }
    }
  }

  private static boolean readsLabels(Installation installation) throws UnusableContentException {
    return Ruling.policy(installation)
        .flatMap(RolePolicySource::current)
        .filter(RolePolicy::readsLabels)
        .isPresent();
  }

  private void right(String user, String verb, NeededRight right) throws UnusableContentException {
    ObjectNode review = JSON.createObjectNode();
    review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SubjectAccessReview");
    ObjectNode spec = review.putObject("spec").put("user", user);
    spec.putObject("resourceAttributes")
        .put("verb", verb)
        .put("group", right.group())
        .put("resource", right.resource().replaceFirst("/.*", ""))
        .put("subresource", right.resource().replaceFirst("^[^/]*/?", ""))
        .put("namespace", right.namespace())
        .put("name", right.name());
    String what = "%s %s %s".formatted(verb, right.resource(), right.name()).strip();
    String name = "right-%s-%s".formatted(verb, right.resource());
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
}
