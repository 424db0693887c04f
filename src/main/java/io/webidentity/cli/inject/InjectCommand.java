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
import io.webidentity.cli.flag.Progress;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.flag.Values;
import io.webidentity.cli.serve.FlagRules;
import io.webidentity.decision.PodTreeDecider;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.watch.UnusableContentException;
import java.io.InputStream;
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
  static final Flag<String> OUTPUT =
      Flag.taking(
              "output",
              "FORMAT",
              FlagGroup.INPUT,
              Values::anything,
              "yaml or json: the manifests as they are written, or a report about their pods for"
                  + " programs.")
          .byDefault("yaml")
          .among("yaml", "json")
          .mostUsed();

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
    return Set.of(OfflineFlags.SERVICE_ACCOUNTS.name());
  }

  @Override
  public Set<String> onlyOnCommandLine() {
    return Set.of(OfflineFlags.NAMESPACE.name());
  }

  @Override
  public String synopsis() {
    return "-f FILE|FOLDER|- [--service-accounts PATH] [--diff|-o json] [FLAG ...]";
  }

  @Override
  public List<String> footer() {
    return List.of(
        "inject changes Pods and pod templates (of Deployments, StatefulSets, DaemonSets,",
        "ReplicaSets, ReplicationControllers, Jobs, CronJobs, PodTemplates, and Lists of these; of",
        "others where --pod-template-path leads).",
        "It prints everything else as it is, comments included. Standard error names what it decided",
        "about each object, and why. If any input is wrong, or has no object, it prints nothing.",
        "More than a MiB of output waits in a temporary file until all is decided.",
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
            List.of(
                OfflineFlags.FILENAME,
                OfflineFlags.RECURSIVE,
                OfflineFlags.NAMESPACE,
                DIFF,
                OUTPUT,
                EXIT_CODE,
                STRICT,
                POD_TEMPLATE_PATH));
    flags.addAll(1, OfflineFlags.SETTINGS);
    return flags;
  }

  @Override
  public Map<String, String> shorthands() {
    return Map.of("filename", "f", "recursive", "R", "namespace", "n", "output", "o", "help", "h");
  }

  @Override
  public List<FlagRule> rules() {
    return Stream.concat(
            FlagRules.OFFLINE.stream(),
            Stream.of(FlagRule.noUseWithout(EXIT_CODE, DIFF), FlagRule.excludes(OUTPUT, DIFF)))
        .toList();
  }

  @Override
  public int run(GivenFlags flags, ProcessIo process) throws UsageException {
    InjectResult result = new InjectResult(format(flags));
    String namespace = flags.value(OfflineFlags.NAMESPACE);
    OfflineSettings settings = OfflineSettings.of(flags);
    Optional<Path> accountsPath = flags.find(OfflineFlags.SERVICE_ACCOUNTS);
    PodTemplates templates = new PodTemplates(flags.all(POD_TEMPLATE_PATH));
    List<ManifestFile> files = manifests(flags, process.in());
    String prefix = settings.annotationPrefix();
    OfflineSources sources = OfflineSources.ofFiles(flags);
    InjectReport report;
    try (LiveCluster cluster = cluster(flags.find(OfflineFlags.KUBECONFIG), prefix);
        Progress progress = new Progress(process, "documents injected")) {
      InputObjects input = input(accountsPath, files, prefix, namespace, process);
      PodTreeDecider injector =
          settings.injector(
              sources,
              accounts(input.accounts(), accountsPath, cluster),
              new InputNamespaces(
                  input.namespaces(),
                  prefix,
                  flags.value(OfflineFlags.NAMESPACE_DEFAULTS),
                  cluster));
      report = new InjectReport(cluster == null ? input.namedAccounts() : "");
      ManifestInjection injection =
          new ManifestInjection(
              injector, new AnnotationKeys(prefix), namespace, templates, report, result);
      for (ManifestFile file : files) {
        file.forEach(document -> {
          injection.add(document);
          progress.step();
        });
      }
    }
    report.writeTo(process.err());
    result.writeTo(process.out());
    boolean differs = flags.value(EXIT_CODE) && !result.isEmpty();
    return differs || (flags.value(STRICT) && report.surprising()) ? FOUND : 0;
  }

  private static InjectResult.Format format(GivenFlags flags) throws UsageException {
    if (flags.format(OUTPUT).equals("json")) {
      return InjectResult.Format.JSON;
    }
    return flags.value(DIFF) ? InjectResult.Format.DIFF : InjectResult.Format.MANIFESTS;
  }

  /**
   * What decides among the input.
   *
   * @param accounts what {@code --service-accounts} names
   * @param namespace of objects that name none
   */
  public static InputObjects input(
      Optional<Path> accounts,
      List<ManifestFile> files,
      String annotationPrefix,
      String namespace,
      ProcessIo process)
      throws UsageException {
    try (Progress progress = new Progress(process, "documents read")) {
      return InputObjects.read(accounts, files, annotationPrefix, namespace, progress);
    }
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
    List<String> names = flags.all(OfflineFlags.FILENAME);
    boolean recursive = flags.value(OfflineFlags.RECURSIVE);
    if (names.isEmpty() || names.contains("")) {
      throw new UsageException(
          "inject needs manifests; give -f with a file, a folder, or - for standard input");
    }
    if (Collections.frequency(names, "-") > 1) {
      throw new UsageException("-f - stands there twice; standard input can be read only once");
    }
    List<ManifestFile> files = new ArrayList<>();
    for (String name : names) {
      files.addAll(ManifestFile.find(name, recursive, standardInput));
    }
    return files;
  }
}
