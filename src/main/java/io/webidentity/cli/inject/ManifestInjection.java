package io.webidentity.cli.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.decision.PodTreeDecider;
import io.webidentity.decision.PodTreeDecider.Outcome;
import io.webidentity.decision.UndecidedException;
import io.webidentity.injection.Decision;
import io.webidentity.injection.MalformedPodException;
import io.webidentity.manifest.ManifestDocument;
import io.webidentity.manifest.ManifestDocument.Changed;
import io.webidentity.manifest.ManifestObject;
import io.webidentity.watch.UnusableContentException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Injects files of manifests, one after the other, and remembers what to print about them. */
final class ManifestInjection {
  /** Comments and blank lines, then a separator: such a text can follow another one. */
  private static final Pattern BEGINS_WITH_SEPARATOR =
      Pattern.compile("\\A\\uFEFF?(\\s*(#[^\\n]*)?\\n)*---(\\s.*|\\z)", Pattern.DOTALL);

  private final PodTreeDecider injector;
  private final String defaultNamespace;
  private final StringBuilder manifests = new StringBuilder();
  private final StringBuilder diff = new StringBuilder();
  private final PodTemplates templates;
  private final InjectReport report;

  ManifestInjection(
      PodTreeDecider injector,
      String defaultNamespace,
      PodTemplates templates,
      InjectReport report) {
    this.injector = injector;
    this.defaultNamespace = defaultNamespace;
    this.templates = templates;
    this.report = report;
  }

  /**
   * Injects the next file.
   *
   * @throws UsageException naming file, document and line of what is wrong
   */
  void add(ManifestFile file) throws UsageException {
    separate(file);
    int lineBefore = 0;
    int lineAfter = 0;
    for (ManifestDocument document : file.documents()) {
      List<String> injected = new ArrayList<>();
      JsonNode after = document.data().deepCopy();
      try {
        for (Workload workload : Workload.of(document, templates)) {
          if (inject(document, workload, after)) {
            injected.add(workload.title());
          }
        }
      } catch (UnusableContentException wrong) {
        throw ManifestFile.usage(wrong);
      }
      Changed changed =
          injected.isEmpty() ? new Changed(document.text(), false) : document.with(after);
      if (changed.rewritten()) {
        report.rewritten(document.source(), document.number());
      }
      manifests.append(changed.text());
      List<String> linesBefore = lines(document.text());
      List<String> linesAfter = lines(changed.text());
      if (!injected.isEmpty()) {
        String title = document.source() + ": " + String.join(", ", injected);
        diff(title, linesBefore, linesAfter, lineBefore, lineAfter);
      }
      lineBefore += linesBefore.size();
      lineAfter += linesAfter.size();
    }
  }

  /** The manifests, injected. */
  String manifests() {
    return manifests.toString();
  }

  /** What changed, as unified diffs. */
  String diff() {
    return diff.toString();
  }

  /** Whether there was a warning, or no credentials were injected at all. */
  boolean surprising() {
    return report.surprising();
  }

  /** What was decided, line by line. */
  List<String> report() {
    return report.lines();
  }

  private void separate(ManifestFile next) {
    if (manifests.isEmpty()) {
      return;
    }
    if (manifests.charAt(manifests.length() - 1) != '\n') {
      manifests.append('\n');
    }
    if (!BEGINS_WITH_SEPARATOR.matcher(next.text().text()).matches()) {
      manifests.append("---\n");
    }
  }

  private boolean inject(ManifestDocument document, Workload workload, JsonNode after)
      throws UnusableContentException {
    if (!workload.runsPods()) {
      report.withoutPods(workload);
      return false;
    }
    JsonNode pod = ManifestObject.at(after, workload.podPath());
    String namespace = workload.namespace().isEmpty() ? defaultNamespace : workload.namespace();
    try {
      Outcome outcome = injector.decide(pod, namespace);
      report.decided(workload, outcome);
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

  private void diff(
      String title, List<String> before, List<String> after, int lineBefore, int lineAfter) {
    List<String> lines =
        UnifiedDiffUtils.generateUnifiedDiff(
            title, title + ", injected", before, DiffUtils.diff(before, after), 3);
    for (String line : lines) {
      diff.append(Hunk.shifted(line, lineBefore, lineAfter)).append('\n');
    }
  }

  private static List<String> lines(String text) {
    return text.lines().toList();
  }
}
