package io.webidentity.cli.inject;

import static io.webidentity.cli.inject.DecisionReport.told;

import io.webidentity.aws.RoleArn;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.decision.PodTreeDecider.Outcome;
import io.webidentity.injection.Decision;
import io.webidentity.injection.Decision.ContainerDecision;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Reason;
import io.webidentity.injection.VisibleText;
import java.io.OutputStream;
import java.util.stream.Collectors;

/** What {@code inject} says on standard error: each object, what was decided, and why. */
final class InjectReport {
  private final Spool lines = new Spool();
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

  /** Prints the lines. */
  void writeTo(OutputStream out) throws UsageException {
    lines.writeTo(out);
  }

  /** Whether there was a warning, or no credentials were injected at all. */
  boolean surprising() {
    return warned || !injected;
  }

  /** An object of no kind that is known to run pods; only what seems to run some has a line. */
  void withoutPods(Workload workload) throws UsageException {
    if (workload.looksLikePods()) {
      say(
          workload.title()
              + ": left alone: its kind is not known, so its pods are injected when they are"
              + " created; to inject it here, name its pod template with --pod-template-path");
    }
  }

  /** A document whose text could not be kept. */
  void rewritten(String source, int document) throws UsageException {
    say(
        "%s, document %d: written again, without its comments and anchors"
            .formatted(source, document));
  }

  /** An object that runs pods. */
  void decided(Workload workload, Outcome outcome) throws UsageException {
    String subject = "%s (ServiceAccount %s)".formatted(workload.title(), outcome.account());
    switch (outcome.decision()) {
      case Decision.Inject inject -> {
        injected |= inject.reason() == Reason.INJECTED;
        String role = outcome.role().map(RoleArn::value).orElse("of the node's agent");
        say(
            inject.reason() == Reason.INJECTED
                ? "%s: injected: role %s into %s".formatted(subject, role, into(inject))
                : "%s: no credentials: %s".formatted(subject, told(inject.reason())));
        for (ContainerDecision container : inject.containers()) {
          if (container.reason() != Reason.CONTAINER_INJECTED) {
            say(
                "%s: container %s: left alone: %s"
                    .formatted(workload.title(), container.container(), told(container.reason())));
          }
        }
      }
      case Decision.Reject reject -> say(subject + ": rejected: " + told(reject.reason()));
      case Decision.Skip(Reason reason, var _) when reason == Reason.SERVICE_ACCOUNT_NOT_FOUND ->
          say("%s: left alone: %s %s".formatted(subject, told(reason), accounts).strip());
      case Decision.Skip skip -> say(subject + ": left alone: " + told(skip.reason()));
    }
    for (Finding finding : outcome.decision().findings()) {
      warned = true;
      say(
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

  /** A sentence, which may quote files, in one line. */
  private void say(String sentence) throws UsageException {
    lines.write(VisibleText.of(sentence) + System.lineSeparator());
  }
}
