package io.webidentity.cli.inject;

import io.webidentity.aws.RoleArn;
import io.webidentity.decision.PodTreeDecider.Outcome;
import io.webidentity.injection.Decision;
import io.webidentity.injection.Decision.ContainerDecision;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code inject} says on standard error: each object, what was decided, and why. */
final class InjectReport {
  private final List<String> lines = new ArrayList<>();
  private boolean warned;
  private boolean injected;
  private final String accounts;

  /**
   * A report without lines.
   *
   * @param accounts a sentence that says which ServiceAccounts were read, for pods of others
   */
  InjectReport(String accounts) {
    this.accounts = accounts;
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  /** Whether there was a warning, or no credentials were injected at all. */
  boolean surprising() {
    return warned || !injected;
  }

  /** An object of no kind that is known to run pods; only what seems to run some has a line. */
  void withoutPods(Workload workload) {
    if (workload.looksLikePods()) {
      lines.add(
          workload.title()
              + ": left alone: its kind is not known, so its pods are injected when they are"
              + " created; to inject it here, name its pod template with --pod-template-path");
    }
  }

  /** A document whose text could not be kept. */
  void rewritten(String source, int document) {
    lines.add(
        "%s, document %d: written again, without its comments and anchors"
            .formatted(source, document));
  }

  /** An object that runs pods. */
  void decided(Workload workload, Outcome outcome) {
    String subject = "%s (ServiceAccount %s)".formatted(workload.title(), outcome.account());
    switch (outcome.decision()) {
      case Decision.Inject inject -> {
        injected |= inject.reason() == Reason.INJECTED;
        String role = outcome.role().map(RoleArn::value).orElse("of the node's agent");
        lines.add(
            inject.reason() == Reason.INJECTED
                ? "%s: injected: role %s into %s".formatted(subject, role, into(inject))
                : "%s: no credentials: %s".formatted(subject, told(inject.reason())));
        for (ContainerDecision container : inject.containers()) {
          if (container.reason() != Reason.CONTAINER_INJECTED) {
            lines.add(
                "%s: container %s: left alone: %s"
                    .formatted(workload.title(), container.container(), told(container.reason())));
          }
        }
      }
      case Decision.Reject reject -> lines.add(subject + ": rejected: " + told(reject.reason()));
      case Decision.Skip(Reason reason, var _) when reason == Reason.SERVICE_ACCOUNT_NOT_FOUND ->
          lines.add("%s: left alone: %s %s".formatted(subject, told(reason), accounts).strip());
      case Decision.Skip skip -> lines.add(subject + ": left alone: " + told(skip.reason()));
    }
    for (Finding finding : outcome.decision().findings()) {
      warned = true;
      lines.add(
          "%s: warning: %s: %s"
              .formatted(workload.title(), finding.reason().code(), finding.message()));
    }
  }

  private static String into(Decision.Inject inject) {
    return inject.containers().stream()
        .filter(container -> container.reason() == Reason.CONTAINER_INJECTED)
        .map(ContainerDecision::container)
        .collect(Collectors.joining(", "));
  }

  private static String told(Reason reason) {
    return reason.code() + ": " + reason.sentence();
  }
}
