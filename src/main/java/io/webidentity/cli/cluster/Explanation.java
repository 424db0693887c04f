package io.webidentity.cli.cluster;

import static io.webidentity.cli.inject.DecisionReport.told;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.account.AccountKey;
import io.webidentity.audit.Audit;
import io.webidentity.audit.Cause;
import io.webidentity.audit.HeldCredentials;
import io.webidentity.audit.PodCheck.Compared;
import io.webidentity.audit.PodState;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.inject.Asked;
import io.webidentity.cli.inject.DecisionReport;
import io.webidentity.decision.PodTreeDecider;
import io.webidentity.decision.PodTreeDecider.Outcome;
import io.webidentity.decision.UndecidedException;
import io.webidentity.identity.Trail;
import io.webidentity.injection.Decision;
import io.webidentity.injection.MalformedPodException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why a pod gets what it gets, step by step, for people and as JSON.
 *
 * @param decided what was decided, and how that came about
 * @param running what the running pod has, if one was asked about
 * @param pods what the pods of a workload have, if one was asked about
 */
record Explanation(DecisionReport decided, Optional<Running> running, Optional<Audit> pods) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A running pod.
   *
   * @param state how it compares
   * @param containers how each container compares
   * @param causes why, the likeliest first; empty if the pod has what it should have
   * @param command what replaces the pod by one that has; empty if nothing is to be done
   * @param afterwards what else is to be done, in the imperative
   */
  record Running(
      PodState state,
      List<Compared> containers,
      List<Cause> causes,
      String command,
      String afterwards) {
    Running {
      containers = List.copyOf(containers);
      causes = List.copyOf(causes);
    }
  }

  /**
   * What would become of a pod that is created now.
   *
   * @param pod the pod, or the template of pods
   * @throws UsageException if that cannot be decided
   */
  static Explanation of(
      PodTreeDecider injector, Asked asked, JsonNode pod, String namespace, boolean showsContainers)
      throws UsageException {
    Trail trail = Trail.complete();
    try {
      Outcome outcome = injector.decide(pod, namespace, trail);
      return new Explanation(
          new DecisionReport(asked, pod, outcome, trail, showsContainers),
          Optional.empty(),
          Optional.empty());
    } catch (MalformedPodException | UndecidedException undecided) {
      throw undecided(asked.title(), undecided);
    }
  }

  /** The error of a pod that cannot be decided. */
  static UsageException undecided(String title, Exception because) {
    return new UsageException("%s cannot be decided: %s".formatted(title, because.getMessage()));
  }

  /** The sentences, line by line. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    AccountKey account = decided.outcome().account();
    lines.add(
        "%s in namespace %s, ServiceAccount %s"
            .formatted(decided.asked().title(), account.namespace(), account.name()));
    Decision decision = decided.outcome().decision();
    section(lines, "Flags that decide", List.of(decided.asked().flags()));
    section(lines, "Before any source is asked", List.of(before()));
    section(
        lines,
        "Sources, in the order in which they were asked",
        decided.trail().answers().stream()
            .map(answer -> answer.source().noun() + ": " + answer.text())
            .toList());
    section(
        lines,
        "Settings, and where each comes from",
        decided.settings().stream()
            .map(setting ->
                "%s = %s (%s)"
                    .formatted(setting.key(), setting.value(), DecisionReport.origin(setting)))
            .toList());
    section(lines, "What becomes of a new pod", List.of(told(decision.reason())));
    section(
        lines,
        "What becomes of its containers",
        decided.containers().stream()
            .map(one -> one.container() + ": " + told(one.reason()))
            .toList());
    section(
        lines,
        "Warnings",
        decision.findings().stream()
            .map(finding -> finding.reason().code() + ": " + finding.message())
            .toList());
    running.ifPresent(found -> running(lines, found));
    pods.ifPresent(found -> section(lines, "Its pods", AuditReport.lines(found)));
    return lines;
  }

  /** The same, with what the pods of the workload have. */
  Explanation with(Audit found) {
    return new Explanation(decided, running, Optional.of(found));
  }

  /** Whether every pod that was looked at has what it should have. */
  boolean isAsDecided() {
    return running.filter(found -> found.state() != PodState.AS_DECIDED).isEmpty()
        && pods.filter(Audit::foundSomething).isEmpty();
  }

  private String before() {
    return decided.askedSources()
        ? "The pod has no opt-out label, is no mirror pod and runs as a ServiceAccount."
        : told(decided.outcome().decision().reason()) + " No source was asked.";
  }

  private static void running(List<String> lines, Running pod) {
    section(
        lines,
        "The pod as it runs",
        pod.containers().stream().flatMap(Explanation::compared).toList());
    section(lines, "Why", pod.causes().stream().map(Cause::sentence).toList());
    if (!pod.command().isEmpty()) {
      List<String> remedy = new ArrayList<>();
      if (pod.causes().stream().anyMatch(cause -> cause.code().lasts())) {
        remedy.add(Cause.LASTING);
      }
      remedy.add(pod.command());
      if (!pod.afterwards().isEmpty()) {
        remedy.add(pod.afterwards());
      }
      section(lines, "What to do", remedy);
    }
  }

  private static Stream<String> compared(Compared one) {
    String has = one.container() + ": " + one.state().words();
    return switch (one.state()) {
      case AS_DECIDED, NOT_DUE -> Stream.of(has + ": " + one.has().words());
      case MISSING -> Stream.of(has, "  should have: " + one.due().words());
      case PARTLY, OTHER_ROLE, OTHER_AUDIENCE ->
          Stream.of(has, "  has: " + one.has().words(), "  should have: " + one.due().words());
    };
  }

  private static void section(List<String> lines, String heading, List<String> content) {
    if (!content.isEmpty()) {
      lines.add("");
      lines.add(heading + ":");
      content.forEach(line -> lines.add("  " + line));
    }
  }

  /** The same as JSON, in the shape of docs/explain.md. */
  ObjectNode json() {
    ObjectNode json = decided.json();
    running.ifPresent(found -> json.set("running", running(found)));
    pods.ifPresent(found -> json.set("pods", AuditReport.json(found)));
    return json;
  }

  private static JsonNode running(Running pod) {
    ObjectNode json = JSON.createObjectNode();
    json.put("state", pod.state().code());
    ArrayNode containers = json.putArray("containers");
    for (Compared one : pod.containers()) {
      ObjectNode container = containers.addObject();
      container.put("name", one.container()).put("state", one.state().code());
      container.set("has", json(one.has()));
      container.set("due", json(one.due()));
    }
    ArrayNode causes = json.putArray("causes");
    pod.causes()
        .forEach(cause ->
            causes
                .addObject()
                .put("cause", cause.code().code())
                .put("seen", cause.code().seen())
                .put("sentence", cause.sentence()));
    return json.put("command", pod.command()).put("afterwards", pod.afterwards());
  }

  private static JsonNode json(HeldCredentials held) {
    return JSON.createObjectNode()
        .put("source", held.source())
        .put("tokenFile", held.tokenFile())
        .put("audience", held.audience());
  }
}
