package io.webidentity.cli.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.audit.Audit;
import io.webidentity.audit.Causes;
import io.webidentity.audit.ClusterView;
import io.webidentity.audit.Owner;
import io.webidentity.audit.PodCheck;
import io.webidentity.audit.PodCheck.Checked;
import io.webidentity.audit.PodState;
import io.webidentity.cli.cluster.Explanation.Running;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.inject.Asked;
import io.webidentity.cli.inject.DecisionReport;
import io.webidentity.cli.inject.Workload;
import io.webidentity.decision.PodTreeDecider;
import io.webidentity.decision.UndecidedException;
import io.webidentity.identity.Trail;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.injection.MalformedPodException;
import io.webidentity.manifest.ManifestObject;
import io.webidentity.watch.UnusableContentException;
import java.net.URLEncoder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Explains objects of a cluster.
 *
 * @param cluster what is read of it
 * @param ruling by what is decided
 * @param injector decides
 */
record ClusterExplainer(ClusterView cluster, Ruling ruling, PodTreeDecider injector) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Explains an object.
   *
   * @throws UsageException if it does not exist, or cannot be decided
   * @throws UnusableContentException if it cannot be read
   */
  Explanation explain(Target target, String namespace)
      throws UsageException, UnusableContentException {
    return switch (target.kind()) {
      // That there is none is a result, too: the decision says so.
      case SERVICE_ACCOUNT -> decided(target, podOf(target.name()), namespace, false);
      case POD -> running(target, existing(target, namespace), namespace);
      case DEPLOYMENT, STATEFUL_SET, DAEMON_SET, REPLICA_SET, JOB, CRON_JOB ->
          workload(target, existing(target, namespace), namespace);
    };
  }

  /** The template, and the pods that there are. A CronJob selects none: its Jobs do. */
  private Explanation workload(Target target, JsonNode object, String namespace)
      throws UsageException, UnusableContentException {
    JsonNode template = ManifestObject.at(object, Workload.podPathOf(target.kind().noun()));
    Explanation decided = decided(target, template, namespace, true);
    JsonNode selector = object.path("spec").path("selector").path("matchLabels");
    if (selector.isEmpty()) {
      return decided;
    }
    Audit audit = ruling.audit(cluster, injector);
    String labels =
        selector.properties().stream()
            .map(label -> label.getKey() + "=" + label.getValue().asText(""))
            .collect(Collectors.joining(","));
    cluster.livingPods(
        "/api/v1/namespaces/%s/pods?labelSelector=%s"
            .formatted(namespace, URLEncoder.encode(labels, UTF_8)),
        page -> page.forEach(audit::add));
    return decided.with(audit);
  }

  private JsonNode existing(Target target, String namespace)
      throws UsageException, UnusableContentException {
    Optional<JsonNode> found = cluster.find(target.path(namespace));
    return found.orElseThrow(() ->
        new UsageException(
            "%s does not exist in namespace %s; name another one, or the namespace with -n"
                .formatted(target.title(), namespace)));
  }

  /** The least of a pod that runs as an account. */
  private static JsonNode podOf(String account) {
    return JSON.createObjectNode()
        .set(
            "spec",
            JSON.createObjectNode()
                .put("serviceAccountName", account)
                .set(
                    "containers",
                    JSON.createArrayNode().add(JSON.createObjectNode().put("name", "any"))));
  }

  private Explanation decided(
      Target target, JsonNode pod, String namespace, boolean showsContainers)
      throws UsageException {
    return Explanation.of(injector, asked(target), pod, namespace, showsContainers);
  }

  private Asked asked(Target target) {
    return new Asked(
        target.title(), ruling.origin(), new AnnotationKeys(ruling.settings().annotationPrefix()));
  }

  private Explanation running(Target target, JsonNode pod, String namespace)
      throws UsageException, UnusableContentException {
    Trail trail = Trail.complete();
    PodCheck check = ruling.check(injector);
    Checked checked;
    try {
      checked = check.check(pod, namespace, trail);
    } catch (MalformedPodException | UndecidedException undecided) {
      throw Explanation.undecided(target.title(), undecided);
    }
    Running running =
        checked.state() == PodState.AS_DECIDED
            ? new Running(PodState.AS_DECIDED, checked.containers(), List.of(), "", "")
            : differing(target, pod, checked, trail);
    return new Explanation(
        new DecisionReport(asked(target), pod, checked.outcome(), trail, true),
        Optional.of(running),
        Optional.empty());
  }

  private Running differing(Target target, JsonNode pod, Checked checked, Trail trail) {
    String namespace = checked.outcome().account().namespace();
    Owner owner = cluster.owner(pod, namespace);
    Causes causes = ruling.causes(cluster);
    return new Running(
        checked.state(),
        checked.containers(),
        causes.of(pod, checked.outcome().account(), checked.state(), trail),
        owner.command(namespace, List.of(target.name())),
        owner.afterwards());
  }
}
