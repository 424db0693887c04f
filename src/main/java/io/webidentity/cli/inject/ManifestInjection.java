package io.webidentity.cli.inject;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.decision.PodTreeDecider;
import io.webidentity.decision.PodTreeDecider.Outcome;
import io.webidentity.decision.UndecidedException;
import io.webidentity.identity.Trail;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.injection.Decision;
import io.webidentity.injection.MalformedPodException;
import io.webidentity.manifest.ManifestDocument;
import io.webidentity.manifest.ManifestDocument.Changed;
import io.webidentity.manifest.ManifestObject;
import io.webidentity.watch.UnusableContentException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Injects documents, one after the other.
 *
 * @param keys names of the annotations that are read
 * @param defaultNamespace the namespace of objects that name none
 * @param templates where objects of other kinds have pod templates
 * @param report what standard error is to say
 * @param result what standard output is to have
 */
record ManifestInjection(
    PodTreeDecider injector,
    AnnotationKeys keys,
    String defaultNamespace,
    PodTemplates templates,
    InjectReport report,
    InjectResult result) {
  /**
   * Injects the next document.
   *
   * @throws UnusableContentException naming document and line of what is wrong
   * @throws UsageException if there is no room for the result
   */
  void add(ManifestDocument document) throws UnusableContentException, UsageException {
    List<String> injected = new ArrayList<>();
    JsonNode after = document.data().deepCopy();
    for (Workload workload : Workload.of(document, templates)) {
      if (inject(document, workload, after)) {
        injected.add(workload.title());
      }
    }
    Changed changed =
        injected.isEmpty() ? new Changed(document.text(), false) : document.with(after);
    if (changed.rewritten()) {
      report.rewritten(document.source(), document.number());
    }
    result.add(document, changed.text(), injected);
  }

  private boolean inject(ManifestDocument document, Workload workload, JsonNode after)
      throws UnusableContentException, UsageException {
    if (!workload.runsPods()) {
      report.withoutPods(workload);
      return false;
    }
    JsonNode pod = ManifestObject.at(after, workload.podPath());
    String namespace = workload.namespace().isEmpty() ? defaultNamespace : workload.namespace();
    try {
      Trail trail = Trail.complete();
      Outcome outcome = injector.decide(pod, namespace, trail);
      report.decided(workload, outcome);
      Asked asked = new Asked(workload.title(), Asked.GIVEN_HERE, keys);
      result.add(document, new DecisionReport(asked, pod, outcome, trail, true));
      if (outcome.decision() instanceof Decision.Inject inject) {
        injector.apply(inject.patch(), pod);
        return true;
      }
      return false;
    } catch (UndecidedException undecided) {
      throw document.problem(
          workload.podPath(),
          "%s cannot be decided: %s".formatted(workload.title(), undecided.getMessage()));
    } catch (MalformedPodException malformed) {
      throw document.problem(
          Stream.concat(
                  workload.podPath().stream(),
                  Stream.of(malformed.path().replace("]", "").split("[.\\[]", -1)))
              .toList(),
          "%s cannot be injected: in its pod, %s"
              .formatted(workload.title(), malformed.getMessage()));
    }
  }
}
