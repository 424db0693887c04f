package io.webidentity.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.webidentity.account.AccountFinder;
import io.webidentity.audit.ClusterView;
import io.webidentity.cli.flag.Command;
import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.FlagGroup;
import io.webidentity.cli.flag.FlagRule;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.Operand;
import io.webidentity.cli.flag.ProcessIo;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.flag.Values;
import io.webidentity.cli.inject.Asked;
import io.webidentity.cli.inject.InjectCommand;
import io.webidentity.cli.inject.InputNamespaces;
import io.webidentity.cli.inject.InputObjects;
import io.webidentity.cli.inject.LiveCluster;
import io.webidentity.cli.inject.ManifestFile;
import io.webidentity.cli.inject.OfflineFlags;
import io.webidentity.cli.inject.OfflineSettings;
import io.webidentity.cli.inject.OfflineSources;
import io.webidentity.cli.inject.Workload;
import io.webidentity.cli.serve.FlagRules;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.decision.PodTreeDecider;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.injection.VisibleText;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.manifest.ManifestObject;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Path;
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
      OfflineFlags.FILENAME.as(
          FlagGroup.INPUT,
          "Explain these manifests, YAML or JSON, instead of an object of a cluster: a file, a folder,"
              + " or - for standard input.");
  private static final Flag<String> NAMESPACE =
      OfflineFlags.NAMESPACE.as(FlagGroup.INPUT, "Namespace of the object.");

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
        "About objects of a cluster, explain decides by the flags of the webhook that the cluster",
        "runs; those given here win. About manifests, by those given here alone.",
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
            Stream.of(FILENAME, OfflineFlags.RECURSIVE, NAMESPACE, OUTPUT),
            OfflineFlags.SETTINGS.stream()
                .<Flag<?>>map(
                    flag -> flag.equals(OfflineFlags.KUBECONFIG) ? ReadFlags.KUBECONFIG : flag))
        .toList();
  }

  @Override
  public Map<String, String> shorthands() {
    return Map.of("filename", "f", "recursive", "R", "namespace", "n", "output", "o", "help", "h");
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
    boolean json = flags.format(OUTPUT).equals("json");
    try {
      List<Explanation> all =
          files
              ? ofFiles(flags, process)
              : List.of(ofCluster(flags, process, Target.of(flags.operands())));
      print(all, json, process);
      return all.stream().allMatch(Explanation::isAsDecided) ? 0 : DIFFERENT;
    } catch (UnusableContentException wrong) {
      throw ManifestFile.usage(wrong);
    }
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
    List<ManifestFile> files = InjectCommand.manifests(flags, process.in());
    OfflineSources sources = OfflineSources.ofFiles(flags);
    List<Explanation> explained = new ArrayList<>();
    Optional<Path> accounts = flags.find(OfflineFlags.SERVICE_ACCOUNTS);
    try (LiveCluster cluster =
        flags.has(ReadFlags.KUBECONFIG)
            ? new LiveCluster(flags.find(ReadFlags.KUBECONFIG), prefix)
            : null) {
      InputObjects input = InjectCommand.input(accounts, files, prefix, namespace, process);
      boolean defaults = flags.value(OfflineFlags.NAMESPACE_DEFAULTS);
      PodTreeDecider injector =
          settings.injector(
              sources,
              InjectCommand.accounts(input.accounts(), accounts, cluster),
              new InputNamespaces(input.namespaces(), prefix, defaults, cluster));
      for (ManifestFile file : files) {
        file.forEach(document -> {
          for (Workload workload : Workload.of(document)) {
            if (workload.runsPods()) {
              JsonNode pod = ManifestObject.at(document.data(), workload.podPath());
              String own = workload.namespace().isEmpty() ? namespace : workload.namespace();
              Asked asked =
                  new Asked(workload.title(), Asked.GIVEN_HERE, new AnnotationKeys(prefix));
              explained.add(Explanation.of(injector, asked, pod, own, true));
            }
          }
        });
      }
    }
    return explained;
  }

  private static Explanation ofCluster(GivenFlags given, ProcessIo process, Target target)
      throws UsageException, UnusableContentException {
    String namespace = given.value(NAMESPACE);
    AccountSourceSettings.Cluster where = ReadFlags.cluster(given, process.environment());
    try (ApiObjects api = ApiObjects.connect(where)) {
      ClusterView cluster = new ClusterView(api);
      Ruling ruling = Ruling.of(given, cluster);
      String prefix = ruling.settings().annotationPrefix();
      try (LiveCluster live = new LiveCluster(where.kubeconfig(), prefix)) {
        Optional<Path> files = given.find(OfflineFlags.SERVICE_ACCOUNTS);
        AccountFinder accounts =
            InjectCommand.accounts(
                InjectCommand.input(files, List.of(), prefix, namespace, process).accounts(),
                files,
                live);
        boolean defaults = ruling.flags().value(OfflineFlags.NAMESPACE_DEFAULTS);
        InputNamespaces namespaces = new InputNamespaces(Map.of(), prefix, defaults, live);
        PodTreeDecider injector =
            ruling.settings().injector(ruling.sources(), accounts, namespaces);
        return new ClusterExplainer(cluster, ruling, injector).explain(target, namespace);
      }
    }
  }
}
