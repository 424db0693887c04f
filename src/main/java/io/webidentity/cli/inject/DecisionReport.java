package io.webidentity.cli.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.decision.PodTreeDecider.Outcome;
import io.webidentity.identity.Trail;
import io.webidentity.injection.Annotation;
import io.webidentity.injection.Decision;
import io.webidentity.injection.Decision.ContainerDecision;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Reason;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What was decided about a pod, and how that came about: the part that {@code explain} and {@code
 * inject} have in common.
 *
 * @param asked what was asked about
 * @param pod the pod, or the template of pods
 * @param outcome what was decided
 * @param trail how that came about
 * @param showsContainers whether the containers are those of a pod, not of an example
 */
public record DecisionReport(
    Asked asked, JsonNode pod, Outcome outcome, Trail trail, boolean showsContainers) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Decided by the pod alone, before any source is asked. */
  private static final Set<Reason> BEFORE_SOURCES =
      Set.of(Reason.OPTED_OUT, Reason.MIRROR_POD, Reason.NO_SERVICE_ACCOUNT);

  private static final String FLAGS = "flag or default";

  /** Whether any source was asked. */
  public boolean askedSources() {
    return !BEFORE_SOURCES.contains(outcome.decision().reason());
  }

  /** For programs, in the shape of docs/explain.md. */
  public ObjectNode json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("object", asked.title());
    json.put("namespace", outcome.account().namespace());
    json.put("serviceAccount", outcome.account().name());
    json.put("flags", asked.flags());
    ArrayNode sources = json.putArray("sources");
    trail
        .answers()
        .forEach(answer ->
            sources.addObject().put("source", answer.source().noun()).put("answer", answer.text()));
    ArrayNode settings = json.putArray("settings");
    settings()
        .forEach(setting ->
            settings
                .addObject()
                .put("key", setting.key())
                .put("value", setting.value())
                .put("origin", origin(setting)));
    Decision decision = outcome.decision();
    json.set("decision", reason(decision.reason()));
    ArrayNode containers = json.putArray("containers");
    containers().forEach(one -> containers.add(reason(one.reason()).put("name", one.container())));
    ArrayNode warnings = json.putArray("warnings");
    for (Finding finding : decision.findings()) {
      warnings
          .addObject()
          .put("reason", finding.reason().code())
          .put("subject", (finding.subject().kind() + " " + finding.subject().name()).strip())
          .put("message", finding.message())
          .put("remedy", finding.remedy());
    }
    return json;
  }

  private static ObjectNode reason(Reason reason) {
    return JSON.createObjectNode().put("reason", reason.code()).put("sentence", reason.sentence());
  }

  /** Those that have a value: of most, no flag and no annotation says anything. */
  public List<Trail.Setting> settings() {
    List<Trail.Setting> own =
        askedSources() ? asked.settingsOf(pod, outcome.decision()) : List.of();
    Stream<Trail.Setting> others =
        trail.settings().stream()
            .filter(setting -> own.stream().noneMatch(one -> one.key().equals(setting.key())));
    return Stream.concat(own.stream(), others)
        .filter(setting -> setting.holder().isPresent() || !setting.value().isEmpty())
        .toList();
  }

  /** What became of each container; none unless the pod is changed. */
  public List<ContainerDecision> containers() {
    return showsContainers && outcome.decision() instanceof Decision.Inject inject
        ? inject.containers()
        : List.of();
  }

  /** Who has a setting, for people. */
  public static String origin(Trail.Setting setting) {
    return setting.holder().map(Annotation.Holder::noun).orElse(FLAGS);
  }

  /** Code and sentence of a reason. */
  public static String told(Reason reason) {
    return reason.code() + ": " + reason.sentence();
  }
}
