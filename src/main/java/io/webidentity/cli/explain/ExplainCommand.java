package io.webidentity.cli.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.webidentity.cli.explain.Explanation.Running;
import io.webidentity.cli.explain.PodCheck.Checked;
import io.webidentity.cli.flag.Command;
import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.FlagGroup;
import io.webidentity.cli.flag.FlagRule;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.Operand;
import io.webidentity.cli.flag.ProcessIo;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.flag.Values;
import io.webidentity.cli.inject.InjectCommand;
import io.webidentity.cli.inject.InputNamespaces;
import io.webidentity.cli.inject.LiveCluster;
import io.webidentity.cli.inject.ManifestFile;
import io.webidentity.cli.inject.OfflineInjector;
import io.webidentity.cli.inject.OfflineSettings;
import io.webidentity.cli.inject.OfflineSources;
import io.webidentity.cli.inject.UndecidedException;
import io.webidentity.cli.inject.Workload;
import io.webidentity.cli.serve.FlagRules;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.identity.Trail;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.injection.MalformedPodException;
import io.webidentity.injection.VisibleText;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.manifest.ManifestDocument;
import io.webidentity.manifest.ManifestObject;
import io.webidentity.watch.UnusableContentException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** {@code webhook explain}: says why a pod gets what it gets, and whether a running one has it. */
public record ExplainCommand() implements Command {
  static final Flag<String> OUTPUT =
      Flag.taking(
              "output",
              "FORMAT",
              FlagGroup.INPUT,
              Values::anything,
              "text or json: sentences, or the same for programs.")
          .byDefault("text")
          .among("text", "json")
          .mostUsed();
  private static final Flag<String> FILENAME =
      InjectCommand.FILENAME.as(
          FlagGroup.INPUT,
          "Explain these manifests, YAML or JSON, instead of an object of a cluster: a file, a folder,"
              + " or - for standard input.");
  private static final Flag<String> NAMESPACE =
      InjectCommand.NAMESPACE.as(FlagGroup.INPUT, "Namespace of the object.");

  private static final int DIFFERENT = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public String name() {
    return "explain";
  }

  @Override
  public String summary() {
    return "Say why a pod gets credentials or none, and whether a running pod has them.";
  }

  @Override
  public String synopsis() {
    return "[-n NAMESPACE] [-o json] [-f FILE] [FLAG ...]";
  }

  @Override
  public List<Operand> operands() {
    return List.of(new Operand("KIND/NAME", 0, 2));
  }

  @Override
  public List<String> footer() {
    return List.of(
        "KIND is pod, deployment, statefulset, daemonset, replicaset, job, cronjob or",
        "serviceaccount; KIND NAME is the same as KIND/NAME. The right to read is enough.",
        "explain decides by the flags given here; give those that the server has.",
        "An environment variable can give each flag but --namespace, as for the server.",
        "",
        "Examples:",
        "  A pod that has no credentials:",
        "    webhook explain pod/web-0 -n shop",
        "  What new pods of a ServiceAccount get:",
        "    webhook explain serviceaccount/orders -n shop",
        "  Manifests, without a cluster:",
        "    webhook explain -f app.yaml --service-accounts accounts.yaml",
        "",
        "Exit codes: 0 if it is explained, 1 if a running pod has something else than a new one",
        "would get, 2 for a wrong flag or unreadable input.");
  }

  @Override
  public List<Flag<?>> flags() {
    return Stream.concat(
            Stream.of(FILENAME, NAMESPACE, OUTPUT),
            InjectCommand.SETTINGS.stream()
                .<Flag<?>>map(
                    flag -> flag.equals(InjectCommand.KUBECONFIG) ? ReadFlags.KUBECONFIG : flag))
        .toList();
  }

  @Override
  public Map<String, String> shorthands() {
    return Map.of("filename", "f", "namespace", "n", "output", "o", "help", "h");
  }

  @Override
  public Set<String> onlyOnce() {
    return new InjectCommand().onlyOnce();
  }

  @Override
  public Set<String> onlyOnCommandLine() {
    return Set.of(NAMESPACE.name());
  }

  @Override
  public List<FlagRule> rules() {
    return FlagRules.OFFLINE;
  }

  @Override
  public int run(GivenFlags flags, ProcessIo process) throws UsageException {
    boolean files = flags.has(FILENAME);
    if (files == !flags.operands().isEmpty()) {
      throw new UsageException(
          "explain needs an object such as pod/web, or manifests by -f; give one of the two");
    }
    boolean json = ReadFlags.format(flags, OUTPUT).equals("json");
    try {
      List<Explanation> all =
          files
              ? ofFiles(flags, process)
              : List.of(ofCluster(flags, process, Target.of(flags.operands())));
      print(all, json, process);
      return all.stream().allMatch(ExplainCommand::isAsDecided) ? 0 : DIFFERENT;
    } catch (UnusableContentException wrong) {
      throw ManifestFile.usage(wrong);
    }
  }

  private static boolean isAsDecided(Explanation explanation) {
    return explanation.running().filter(pod -> pod.state() != PodState.AS_DECIDED).isEmpty();
  }

  private static void print(List<Explanation> all, boolean json, ProcessIo process) {
    if (json) {
      ArrayNode array = JSON.createArrayNode();
      all.forEach(one -> array.add(one.json()));
      process.out().println(array.toPrettyString());
      return;
    }
    for (int i = 0; i < all.size(); i++) {
      if (i > 0) {
        process.out().println();
      }
      all.get(i).lines().forEach(line -> process.out().println(VisibleText.of(line)));
    }
  }

  private static List<Explanation> ofFiles(GivenFlags flags, ProcessIo process)
      throws UsageException, UnusableContentException {
    OfflineSettings settings = OfflineSettings.of(flags);
    String prefix = settings.annotationPrefix();
    String namespace = flags.value(NAMESPACE);
    List<ManifestFile> files = InjectCommand.manifests(flags.all(FILENAME), process.in());
    OfflineSources sources = OfflineSources.ofFiles(flags);
    List<Explanation> explained = new ArrayList<>();
    try (LiveCluster cluster =
        flags.has(ReadFlags.KUBECONFIG)
            ? new LiveCluster(flags.find(ReadFlags.KUBECONFIG), prefix)
            : null) {
      OfflineInjector injector =
          settings.injector(
              sources,
              InjectCommand.accounts(
                  flags.find(InjectCommand.SERVICE_ACCOUNTS), files, prefix, namespace, cluster),
              InputNamespaces.read(
                  files, prefix, flags.value(InjectCommand.NAMESPACE_DEFAULTS), cluster));
      for (ManifestFile file : files) {
        for (ManifestDocument document : file.documents()) {
          for (Workload workload : Workload.of(document)) {
            if (workload.runsPods()) {
              JsonNode pod = ManifestObject.at(document.data(), workload.podPath());
              String own = workload.namespace().isEmpty() ? namespace : workload.namespace();
              explained.add(decided(injector, workload.title(), pod, own, true));
            }
          }
        }
      }
    }
    return explained;
  }

  private static Explanation ofCluster(GivenFlags flags, ProcessIo process, Target target)
      throws UsageException, UnusableContentException {
    OfflineSettings settings = OfflineSettings.of(flags);
    String namespace = flags.value(NAMESPACE);
    AccountSourceSettings.Cluster where = ReadFlags.cluster(flags, process.environment());
    OfflineSources sources = OfflineSources.ofFiles(flags);
    try (ApiObjects api = ApiObjects.connect(where);
        LiveCluster live = new LiveCluster(where.kubeconfig(), settings.annotationPrefix())) {
      OfflineInjector injector =
          settings.injector(
              sources,
              InjectCommand.accounts(
                  flags.find(InjectCommand.SERVICE_ACCOUNTS),
                  List.of(),
                  settings.annotationPrefix(),
                  namespace,
                  live),
              new InputNamespaces(
                  Map.of(),
                  settings.annotationPrefix(),
                  flags.value(InjectCommand.NAMESPACE_DEFAULTS),
                  live));
      Optional<JsonNode> found = api.find(target.path(namespace));
      return switch (target.kind()) {
        case SERVICE_ACCOUNT ->
            decided(injector, target.title(), podOf(target.name()), namespace, false);
        case POD ->
            running(
                new ClusterView(api),
                injector,
                settings,
                target,
                existing(found, target, namespace),
                namespace);
        case DEPLOYMENT, STATEFUL_SET, DAEMON_SET, REPLICA_SET, JOB, CRON_JOB ->
            decided(
                injector,
                target.title(),
                ManifestObject.at(
                    existing(found, target, namespace), Workload.podPathOf(target.kind().noun())),
                namespace,
                true);
      };
    }
  }

  private static JsonNode existing(Optional<JsonNode> found, Target target, String namespace)
      throws UsageException {
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

  private static Explanation decided(
      OfflineInjector injector,
      String title,
      JsonNode pod,
      String namespace,
      boolean showsContainers)
      throws UsageException {
    Trail trail = Trail.complete();
    try {
      return new Explanation(
          title, injector.decide(pod, namespace, trail), trail, showsContainers, Optional.empty());
    } catch (MalformedPodException | UndecidedException undecided) {
      throw cannotDecide(title, undecided);
    }
  }

  private static Explanation running(
      ClusterView cluster,
      OfflineInjector injector,
      OfflineSettings settings,
      Target target,
      JsonNode pod,
      String namespace)
      throws UsageException, UnusableContentException {
    Trail trail = Trail.complete();
    PodCheck check = new PodCheck(injector, settings.injection().tokenVolumeNames());
    Checked checked;
    try {
      checked = check.check(pod, namespace, trail);
    } catch (MalformedPodException | UndecidedException undecided) {
      throw cannotDecide(target.title(), undecided);
    }
    PodState state = checked.state();
    boolean fine = state == PodState.AS_DECIDED;
    Owner owner = fine ? new Owner("Pod", target.name()) : cluster.owner(pod, namespace);
    List<Cause> causes =
        fine
            ? List.of()
            : new Causes(cluster, new AnnotationKeys(settings.annotationPrefix()))
                .of(pod, checked.outcome().account(), state, trail);
    return new Explanation(
        target.title(),
        checked.outcome(),
        trail,
        true,
        Optional.of(
            new Running(
                state,
                checked.containers(),
                causes,
                fine ? "" : owner.command(namespace, List.of(target.name())),
                fine ? "" : owner.afterwards())));
  }

  private static UsageException cannotDecide(String title, Exception undecided) {
    return new UsageException("%s cannot be decided: %s".formatted(title, undecided.getMessage()));
  }
}
