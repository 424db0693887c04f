package io.webidentity.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.account.AccountKey;
import io.webidentity.audit.ClusterView;
import io.webidentity.audit.HeldCredentials;
import io.webidentity.audit.WebhookEntry;
import io.webidentity.kubernetes.ApiObjects.RefusedException;
import io.webidentity.watch.UnusableContentException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A pod that the API server does not store: whether it reaches the webhook, and what it says. */
final class TrialPod {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CLOCKS = Duration.ofMinutes(1);

  private static final String CONTAINER = "doctor";

  private final Checks checks;
  private final ClusterView cluster;
  private final Instant now;
  private final AccountKey account;

  /** Tries a pod of this account. */
  TrialPod(Checks checks, ClusterView cluster, Instant now, AccountKey account) {
    this.checks = checks;
    this.cluster = cluster;
    this.now = now;
    this.account = account;
  }

  /**
   * Whether the API server reaches the webhook, and what it says.
   *
   * @return what the pod was given
   */
  HeldCredentials examine(WebhookEntry webhook) throws UnusableContentException {
    JsonNode labels =
        cluster
            .namespace(account.namespace())
            .map(found -> found.path("metadata").path("labels"))
            .orElse(MissingNode.getInstance());
    Optional<WebhookEntry> asked = asked(webhook, labels);
    if (asked.isEmpty()) {
      checks.skipped(
          "try",
          "the webhook is for no pod without labels of Namespace %s; give another"
              .formatted(account.namespace()));
      return HeldCredentials.NONE;
    }
    ObjectNode pod = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata").put("generateName", "webhook-doctor-");
    ObjectNode spec = pod.putObject("spec").put("serviceAccountName", account.name());
    ObjectNode container = spec.putArray("containers").addObject();
    container.put("name", CONTAINER).put("image", "doctor");
    try {
      JsonNode tried =
          cluster
              .api()
              .create("/api/v1/namespaces/%s/pods?dryRun=All".formatted(account.namespace()), pod);
      return tried(asked.get(), tried);
    } catch (RefusedException refused) {
      String message = String.valueOf(refused.getMessage());
      if (message.contains("failed calling webhook \"" + asked.get().name() + "\"")) {
        checks.failed("try", "the API server cannot call the webhook: " + message, cure(message));
      } else {
        checks.skipped("try", "the API server does not take the pod: " + message);
      }
      return HeldCredentials.NONE;
    }
  }

  /** The entry of the same configuration that is asked about a pod without labels. */
  private Optional<WebhookEntry> asked(WebhookEntry webhook, JsonNode labels)
      throws UnusableContentException {
    return cluster.webhooks().stream()
        .filter(entry -> entry.isBeside(webhook))
        .filter(
            entry -> entry.selectsNamespace(labels) && entry.selectsObject(JSON.createObjectNode()))
        .findFirst();
  }

  private HeldCredentials tried(WebhookEntry webhook, JsonNode pod) {
    Instant server = Instant.parse(pod.at("/metadata/creationTimestamp").asText(now.toString()));
    if (Duration.between(server, now).abs().compareTo(CLOCKS) > 0) {
      checks.warning(
          "clock",
          "the API server's clock shows %s, and this one %s".formatted(server, now),
          "correct the clocks: certificates and tokens depend on them");
    } else {
      checks.passed("clock", "the API server's clock agrees with this one");
    }
    HeldCredentials given = HeldCredentials.of(pod).getOrDefault(CONTAINER, HeldCredentials.NONE);
    if (given.complete()) {
      checks.passed("try", "a pod of %s is given credentials".formatted(account));
    } else if (webhook.ignoresFailures()) {
      checks.skipped(
          "try",
          "a pod of %s is given nothing, and failurePolicy Ignore hides whether the webhook was"
                  .formatted(account)
              + " asked; give -n and --service-account of one with a role");
    } else {
      checks.passed("try", "the API server reaches the webhook");
    }
    return given;
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
}
