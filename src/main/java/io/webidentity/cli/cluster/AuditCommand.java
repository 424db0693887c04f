package io.webidentity.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.account.AccountFinder;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.audit.Audit;
import io.webidentity.audit.ClusterView;
import io.webidentity.cli.flag.Command;
import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.FlagGroup;
import io.webidentity.cli.flag.FlagRule;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.ProcessIo;
import io.webidentity.cli.flag.Progress;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.flag.Values;
import io.webidentity.cli.inject.InputNamespaces;
import io.webidentity.cli.inject.ManifestFile;
import io.webidentity.cli.inject.OfflineFlags;
import io.webidentity.cli.inject.OfflineSettings;
import io.webidentity.cli.inject.OfflineSources;
import io.webidentity.cli.serve.FlagRules;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.decision.PodTreeDecider;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.policy.NamespaceMetadata;
import io.webidentity.watch.UnusableContentException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** {@code webhook audit}: names the pods that have something else than they should have. */
public record AuditCommand() implements Command {
  private static final Flag<String> NAMESPACE =
      Flag.taking(
              "namespace",
              "NAME",
              FlagGroup.INPUT,
              Values::dnsLabel,
              "Look at the pods of this namespace only.")
          .mostUsed();
  private static final Flag<Boolean> ALL_NAMESPACES =
      Flag.bool(
          "all-namespaces",
          FlagGroup.INPUT,
          false,
          "Look at the pods of all namespaces, as without --namespace.");
  private static final Flag<Boolean> NAMESPACE_DEFAULTS =
      OfflineFlags.NAMESPACE_DEFAULTS.as(
          FlagGroup.INPUT,
          "Read the annotations of Namespaces, too, as defaults for their ServiceAccounts.");
  private static final Flag<String> OUTPUT =
      Flag.taking(
              "output",
              "FORMAT",
              FlagGroup.INPUT,
              Values::anything,
              "text, json or csv: sentences, or the same for programs.")
          .byDefault("text")
          .among("text", "json", "csv")
          .mostUsed();

  private static final int FOUND = 1;

  @Override
  public String name() {
    return "audit";
  }

  @Override
  public String summary() {
    return "List the pods whose credentials are missing, or others than they would get today.";
  }

  @Override
  public String synopsis() {
    return "[-n NAMESPACE|-A] [-o json|csv] [FLAG ...]";
  }

  @Override
  public List<String> footer() {
    return List.of(
        "audit compares each pod that has not ended with what a new one would get: role and",
        "audience of each container. It lists those that differ, by workload, with the likeliest",
        "cause and the command that replaces them. It changes nothing.",
        "audit decides by the flags of the webhook that the cluster runs; those given here win.",
        "It needs the right to list pods and serviceaccounts. For the rest it reads also",
        "mutatingwebhookconfigurations, services, deployments, replicasets, namespaces, and the",
        "ConfigMaps that flags name.",
        "An environment variable can give each flag but --namespace, as for the server.",
        "",
        "Examples:",
        "  Look at the whole cluster:",
        "    webhook audit",
        "  Look at one namespace, and keep the result for a spreadsheet:",
        "    webhook audit -n shop -o csv > pods.csv",
        "",
        "Exit codes: 0 if every pod has what it should have, 1 if one differs or could not be",
        "decided, 2 for a wrong flag or an unreadable cluster.");
  }

  @Override
  public List<Flag<?>> flags() {
    return Stream.concat(
            Stream.of(NAMESPACE, ALL_NAMESPACES, OUTPUT, ReadFlags.KUBECONFIG),
            OfflineFlags.SETTINGS.stream()
                .filter(flag ->
                    !flag.equals(OfflineFlags.KUBECONFIG)
                        && !flag.equals(OfflineFlags.SERVICE_ACCOUNTS))
                .<Flag<?>>map(flag ->
                    flag.equals(OfflineFlags.NAMESPACE_DEFAULTS) ? NAMESPACE_DEFAULTS : flag))
        .toList();
  }

  @Override
  public Map<String, String> shorthands() {
    return Map.of("namespace", "n", "all-namespaces", "A", "output", "o", "help", "h");
  }

  @Override
  public Set<String> onlyOnCommandLine() {
    return Set.of(NAMESPACE.name());
  }

  @Override
  public List<FlagRule> rules() {
    return Stream.concat(
            FlagRules.OFFLINE.stream(), Stream.of(FlagRule.excludes(ALL_NAMESPACES, NAMESPACE)))
        .toList();
  }

  @Override
  public int run(GivenFlags flags, ProcessIo process) throws UsageException {
    String format = flags.format(OUTPUT);
    AccountSourceSettings.Cluster where = ReadFlags.cluster(flags, process.environment());
    try (ApiObjects api = ApiObjects.connect(where)) {
      Audit audit = audit(flags, process, api);
      process.out().println(AuditReport.of(audit, format));
      return audit.foundSomething() ? FOUND : 0;
    } catch (UnusableContentException wrong) {
      throw ManifestFile.usage(wrong);
    }
  }

  private static Audit audit(GivenFlags flags, ProcessIo process, ApiObjects api)
      throws UsageException, UnusableContentException {
    ClusterView cluster = new ClusterView(api);
    Ruling ruling = Ruling.of(flags, cluster);
    OfflineSettings settings = ruling.settings();
    OfflineSources sources = ruling.sources();
    boolean defaults = ruling.flags().value(OfflineFlags.NAMESPACE_DEFAULTS);
    boolean readsNamespaces =
        defaults || sources.policy().isPresent() || settings.policy().namespaceAnnotations();
    String below =
        flags.find(NAMESPACE).map(name -> "/api/v1/namespaces/" + name + "/").orElse("/api/v1/");
    AnnotationKeys keys = new AnnotationKeys(settings.annotationPrefix());
    PodTreeDecider injector =
        settings.injector(
            sources,
            AccountFinder.of(accounts(api, below, keys)),
            new InputNamespaces(
                readsNamespaces ? namespaces(api, cluster, flags.find(NAMESPACE)) : Map.of(),
                settings.annotationPrefix(),
                defaults,
                null));
    Audit audit = ruling.audit(cluster, injector);
    try (Progress progress = new Progress(process, "pods looked at")) {
      cluster.livingPods(
          below + "pods",
          page ->
              page.forEach(pod -> {
                audit.add(pod);
                progress.step();
              }));
    }
    return audit;
  }

  /** The accounts that have annotations of ours: all others are as if they were not there. */
  private static Map<AccountKey, IdentityAnnotations> accounts(
      ApiObjects api, String below, AnnotationKeys keys) throws UnusableContentException {
    Map<AccountKey, IdentityAnnotations> accounts = new HashMap<>();
    api.list(
        below + "serviceaccounts",
        object -> {
          NamespaceMetadata metadata = InputNamespaces.metadata(object.path("metadata"));
          IdentityAnnotations read = IdentityAnnotations.of(metadata.annotations(), keys);
          if (!read.equals(IdentityAnnotations.NONE)) {
            String namespace = object.path("metadata").path("namespace").asText("");
            accounts.put(new AccountKey(namespace, metadata.name()), read);
          }
        });
    return accounts;
  }

  private static Map<String, NamespaceMetadata> namespaces(
      ApiObjects api, ClusterView cluster, Optional<String> only) throws UnusableContentException {
    Map<String, NamespaceMetadata> namespaces = new HashMap<>();
    if (only.isPresent()) {
      Optional<JsonNode> found = cluster.namespace(only.get());
      found.ifPresent(
          one -> namespaces.put(only.get(), InputNamespaces.metadata(one.path("metadata"))));
    } else {
      api.list(
          "/api/v1/namespaces",
          one -> {
            NamespaceMetadata metadata = InputNamespaces.metadata(one.path("metadata"));
            namespaces.put(metadata.name(), metadata);
          });
    }
    return namespaces;
  }
}
