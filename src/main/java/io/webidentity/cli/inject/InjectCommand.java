package io.webidentity.cli.inject;

import io.webidentity.account.AccountFinder;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.cli.flag.Command;
import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.FlagGroup;
import io.webidentity.cli.flag.FlagRule;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.ProcessIo;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.flag.Values;
import io.webidentity.cli.serve.FlagRules;
import io.webidentity.cli.serve.IdentityFlags;
import io.webidentity.cli.serve.RolePolicyFlags;
import io.webidentity.cli.serve.ServeFlags;
import io.webidentity.decision.PodTreeDecider;
import io.webidentity.watch.UnusableContentException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code webhook inject}: injects manifests offline, as the server would inject their pods. */
public record InjectCommand() implements Command {
  public static final Flag<String> FILENAME =
      Flag.taking(
              "filename",
              "FILE",
              FlagGroup.INPUT,
              Values::anything,
              "Manifests, YAML or JSON: a file, a folder (its .yaml, .yml and .json files), or - for"
                  + " standard input; may be given several times.")
          .mostUsed();
  public static final Flag<Path> SERVICE_ACCOUNTS =
      ServeFlags.SERVICE_ACCOUNTS.as(
          FlagGroup.INPUT,
          "File or folder of ServiceAccount manifests; ServiceAccounts among the manifests count"
              + " too.");
  public static final Flag<String> NAMESPACE =
      Flag.taking(
              "namespace",
              "NAME",
              FlagGroup.INPUT,
              Values::dnsLabel,
              "Namespace of objects that name none.")
          .byDefault("default")
          .mostUsed();
  public static final Flag<Boolean> NAMESPACE_DEFAULTS =
      ServeFlags.NAMESPACE_DEFAULTS.as(
          FlagGroup.INPUT,
          "Read the annotations of the Namespaces among the manifests, too, as defaults for their"
              + " ServiceAccounts.");
  public static final Flag<Path> KUBECONFIG =
      ServeFlags.KUBECONFIG.as(
          FlagGroup.INPUT,
          "Ask this kubeconfig's cluster for ServiceAccounts and Namespaces that are not among the"
              + " manifests.");
  public static final Flag<Path> ROLE_MAP =
      Flag.taking(
          "role-map",
          "FILE",
          FlagGroup.INPUT,
          Values::path,
          "What the ConfigMap of --watch-config-map has as config: roles of ServiceAccounts"
              + " without an annotation.");
  public static final Flag<Path> ROLE_POLICY =
      RolePolicyFlags.FILE.as(
          FlagGroup.ROLE_POLICY,
          "Which roles the pods of which namespaces may have, YAML or JSON; what it does not allow"
              + " is denied.");

  /** Whether folders within a folder are read. */
  public static final Flag<Boolean> RECURSIVE =
      Flag.bool(
          "recursive",
          FlagGroup.INPUT,
          false,
          "Read the folders within a folder of --filename, too.");

  static final Flag<Boolean> EXIT_CODE =
      Flag.bool(
          "exit-code",
          FlagGroup.INPUT,
          false,
          "With --diff, exit with 1 if there are differences, as kubectl diff does.");
  static final Flag<Boolean> STRICT =
      Flag.bool(
              "strict",
              FlagGroup.INPUT,
              false,
              "Exit with 1 if there was a warning, or if nothing was injected.")
          .mostUsed();
  static final Flag<String> POD_TEMPLATE_PATH =
      Flag.taking(
          "pod-template-path",
          "PATH",
          FlagGroup.INPUT,
          Values::anything,
          "Where objects of kinds that inject does not know have their pod template, such as"
              + " spec.template; may be given several times.");
  static final Flag<Boolean> DIFF =
      Flag.bool("diff", FlagGroup.INPUT, false, "Print what changes instead of the manifests.")
          .mostUsed();

  /** What decides about pods, wherever they come from. */
  public static final List<Flag<?>> SETTINGS =
      Stream.of(
              List.of(SERVICE_ACCOUNTS, KUBECONFIG, ROLE_MAP, NAMESPACE_DEFAULTS),
              IdentityFlags.ALL,
              List.of(
                  ROLE_POLICY,
                  RolePolicyFlags.NAMESPACE_ANNOTATIONS,
                  RolePolicyFlags.BASE_ROLE_ARN))
          .<Flag<?>>flatMap(List::stream)
          .toList();

  private static final int FOUND = 1;

  @Override
  public String name() {
    return "inject";
  }

  @Override
  public String summary() {
    return "Inject manifests offline, as the server would inject their pods.";
  }

  @Override
  public Set<String> onlyOnce() {
    return Set.of(SERVICE_ACCOUNTS.name());
  }

  @Override
  public Set<String> onlyOnCommandLine() {
    return Set.of(NAMESPACE.name());
  }

  @Override
  public String synopsis() {
    return "-f FILE|FOLDER|- [--service-accounts PATH] [--diff] [FLAG ...]";
  }

  @Override
  public List<String> footer() {
    return List.of(
        "inject changes Pods and pod templates (of Deployments, StatefulSets, DaemonSets,",
        "ReplicaSets, ReplicationControllers, Jobs, CronJobs, PodTemplates, and Lists of these; of",
        "others where --pod-template-path leads).",
        "It prints everything else as it is, comments included. Standard error names what it decided",
        "about each object, and why. If any input is wrong, it prints nothing.",
        "Without --kubeconfig, a Namespace that decides, by a label or an annotation, has to be among",
        "the manifests.",
        "An environment variable can give each flag but --namespace, as for the server.",
        "",
        "Examples:",
        "  See what would change:",
        "    webhook inject -f app.yaml --service-accounts accounts.yaml --diff",
        "  Inject what another tool renders, ServiceAccounts included:",
        "    helm template my-app | webhook inject -f - | kubectl apply -f -",
        "  See what would happen in a cluster, by its own ServiceAccounts:",
        "    webhook inject -f app.yaml --kubeconfig ~/.kube/config --diff",
        "",
        "Exit codes: 0 if all was decided, 1 if standard output cannot be written, with --strict if",
        "there was a warning or nothing was injected, with --exit-code if there are differences, 2",
        "for a wrong flag or value or unreadable input.");
  }

  @Override
  public List<Flag<?>> flags() {
    List<Flag<?>> flags =
        new ArrayList<>(
            List.of(FILENAME, RECURSIVE, NAMESPACE, DIFF, EXIT_CODE, STRICT, POD_TEMPLATE_PATH));
    flags.addAll(1, SETTINGS);
    return flags;
  }

  @Override
  public Map<String, String> shorthands() {
    return Map.of("filename", "f", "recursive", "R", "namespace", "n", "help", "h");
  }

  @Override
  public List<FlagRule> rules() {
    return Stream.concat(
            FlagRules.OFFLINE.stream(), Stream.of(FlagRule.noUseWithout(EXIT_CODE, DIFF)))
        .toList();
  }

  @Override
  public int run(GivenFlags flags, ProcessIo process) throws UsageException {
    boolean diff = flags.value(DIFF);
    String namespace = flags.value(NAMESPACE);
    OfflineSettings settings = OfflineSettings.of(flags);
    Optional<Path> accountsPath = flags.find(SERVICE_ACCOUNTS);
    List<ManifestFile> files = manifests(flags, process.in());
    String prefix = settings.annotationPrefix();
    OfflineSources sources = OfflineSources.ofFiles(flags);
    ManifestInjection work;
    try (LiveCluster cluster = cluster(flags.find(KUBECONFIG), prefix)) {
      Map<AccountKey, IdentityAnnotations> known =
          InputAccounts.read(accountsPath, files, prefix, namespace);
      PodTreeDecider injector =
          settings.injector(
              sources,
              accounts(known, accountsPath, cluster),
              InputNamespaces.read(files, prefix, flags.value(NAMESPACE_DEFAULTS), cluster));
      InjectReport report =
          new InjectReport(cluster == null ? InputAccounts.named(known.keySet()) : "");
      work =
          new ManifestInjection(
              injector, namespace, new PodTemplates(flags.all(POD_TEMPLATE_PATH)), report);
      for (ManifestFile file : files) {
        work.add(file);
      }
    }
    work.report().forEach(process::printError);
    byte[] result = (diff ? work.diff() : work.manifests()).getBytes(StandardCharsets.UTF_8);
    process.out().write(result, 0, result.length);
    boolean differs = flags.value(EXIT_CODE) && !work.diff().isEmpty();
    return differs || (flags.value(STRICT) && work.surprising()) ? FOUND : 0;
  }

  private static @Nullable LiveCluster cluster(Optional<Path> kubeconfig, String prefix)
      throws UsageException {
    try {
      return kubeconfig.isPresent() ? new LiveCluster(kubeconfig, prefix) : null;
    } catch (UnusableContentException wrong) {
      throw new UsageException(String.valueOf(wrong.getMessage()));
    }
  }

  /**
   * Knows the accounts of the input, and asks the cluster for others, if there is one.
   *
   * @param known those of the input
   * @param given what {@code --service-accounts} names
   */
  public static AccountFinder accounts(
      Map<AccountKey, IdentityAnnotations> known,
      Optional<Path> given,
      @Nullable LiveCluster cluster)
      throws UsageException {
    if (cluster != null) {
      return AccountFinder.of(known, cluster::account);
    }
    if (known.isEmpty() && given.isEmpty()) {
      throw new UsageException(
          "no ServiceAccounts are known; give --service-accounts or --kubeconfig, or add their"
              + " manifests to the input");
    }
    return AccountFinder.of(known);
  }

  /** The manifests that {@code -f} names. */
  public static List<ManifestFile> manifests(GivenFlags flags, InputStream standardInput)
      throws UsageException {
    List<String> names = flags.all(FILENAME);
    boolean recursive = flags.value(RECURSIVE);
    if (names.isEmpty() || names.contains("")) {
      throw new UsageException(
          "inject needs manifests; give -f with a file, a folder, or - for standard input");
    }
    if (Collections.frequency(names, "-") > 1) {
      throw new UsageException("-f - stands there twice; standard input can be read only once");
    }
    List<ManifestFile> files = new ArrayList<>();
    for (String name : names) {
      files.addAll(ManifestFile.read(name, recursive, standardInput));
    }
    return files;
  }
}
