package io.webidentity.cli;

import io.webidentity.config.RoleCompositionSettings;
import io.webidentity.identity.ContainerCredentialsAccounts;
import io.webidentity.identity.ContainerCredentialsFile;
import io.webidentity.identity.IdentityResolver;
import io.webidentity.identity.IdentitySources;
import io.webidentity.identity.RoleMap;
import io.webidentity.watch.UnusableContentException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** {@code webhook inject}: injects manifests offline, as the server would inject their pods. */
record InjectCommand() implements Command {
  static final Flag<String> FILENAME =
      Flag.taking(
          "filename",
          "FILE",
          FlagGroup.INPUT,
          Values::anything,
          "Manifests, YAML or JSON: a file, a folder (its .yaml, .yml and .json files), or - for"
              + " standard input.");
  static final Flag<Path> SERVICE_ACCOUNTS =
      ServeFlags.SERVICE_ACCOUNTS.as(
          FlagGroup.INPUT,
          "File or folder of ServiceAccount manifests; ServiceAccounts among the manifests count"
              + " too.");
  static final Flag<String> NAMESPACE =
      Flag.taking(
              "namespace",
              "NAME",
              FlagGroup.INPUT,
              Values::dnsLabel,
              "Namespace of objects that name none.")
          .byDefault("default");
  static final Flag<Boolean> DIFF =
      Flag.bool(
          "diff", FlagGroup.INPUT, false, "Print what changes in the place of the manifests.");

  private static final List<Flag<?>> SETTINGS =
      Stream.concat(Stream.of(SERVICE_ACCOUNTS), IdentityFlags.ALL.stream()).toList();

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
    return Set.of(FILENAME.name(), SERVICE_ACCOUNTS.name());
  }

  @Override
  public String synopsis() {
    return "webhook inject -f FILE|FOLDER|- [--service-accounts PATH] [--diff] [FLAG ...]";
  }

  @Override
  public List<String> footer() {
    return List.of(
        "Pods and pod templates (of Deployments, StatefulSets, DaemonSets, ReplicaSets,",
        "ReplicationControllers, Jobs, CronJobs, PodTemplates, and Lists of these) are injected;",
        "everything else is printed as it is, comments included. What was decided about each",
        "object, and why, is said on standard error. Nothing is printed if any input is wrong.",
        "The flags under Identity, and --service-accounts, can also be given by environment",
        "variables, as for the server.",
        "",
        "Examples:",
        "  See what would change:",
        "    webhook inject -f app.yaml --service-accounts accounts.yaml --diff",
        "  Inject what another tool renders, ServiceAccounts included:",
        "    helm template my-app | webhook inject -f - | kubectl apply -f -",
        "",
        "Exit codes: 0 if all was decided, 2 for a wrong flag or value or unreadable input.");
  }

  @Override
  public List<Flag<?>> flags() {
    List<Flag<?>> flags = new ArrayList<>(List.of(FILENAME, NAMESPACE, DIFF));
    flags.addAll(1, SETTINGS);
    return flags;
  }

  @Override
  public List<Flag<?>> environmentFlags() {
    return SETTINGS;
  }

  @Override
  public Map<String, String> shorthands() {
    return Map.of("filename", "f", "namespace", "n", "help", "h");
  }

  @Override
  public int run(GivenFlags flags, Surroundings surroundings) throws UsageException {
    String filename =
        flags
            .find(FILENAME)
            .orElseThrow(() ->
                new UsageException(
                    "inject needs manifests; give -f with a file, a folder, or - for standard"
                        + " input"));
    boolean diff = flags.value(DIFF);
    String namespace = flags.value(NAMESPACE);
    var identity = IdentityFlags.identity(flags);
    var session = IdentityFlags.session(flags);
    var injection = IdentityFlags.injection(flags);
    Optional<Path> accountsPath = flags.find(SERVICE_ACCOUNTS);
    List<ManifestFile> files = ManifestFile.read(filename, surroundings.in());
    ManifestInjection work =
        new ManifestInjection(
            new OfflineInjector(
                new IdentityResolver(identity, session, sources(flags)),
                injection,
                InputAccounts.read(accountsPath, files, identity.annotationPrefix(), namespace)),
            namespace);
    for (ManifestFile file : files) {
      work.add(file);
    }
    work.report().forEach(surroundings::say);
    byte[] result = (diff ? work.diff() : work.manifests()).getBytes(StandardCharsets.UTF_8);
    surroundings.out().write(result, 0, result.length);
    return 0;
  }

  private static IdentitySources sources(GivenFlags flags) throws UsageException {
    Optional<Path> listed = flags.find(ContainerCredentialsFlags.CONFIG);
    Optional<RoleCompositionSettings> roles = RoleCompositionFlags.settings(flags);
    if (roles.isPresent() && roles.get() instanceof RoleCompositionSettings.OfInstance) {
      throw new UsageException(
          flags.origin(RoleCompositionFlags.COMPOSE_ROLE_ARN)
              + " needs --account-id here: inject asks no other machine");
    }
    try {
      return new IdentitySources(
          listed.isPresent()
              ? ContainerCredentialsFile.readOnce(listed.get())
              : ContainerCredentialsAccounts.NONE,
          RoleMap.EMPTY,
          RoleCompositionFlags.completion(roles));
    } catch (StartException wrong) {
      throw new UsageException(String.valueOf(wrong.getMessage()));
    } catch (UnusableContentException wrong) {
      throw new UsageException(String.valueOf(wrong.getMessage()));
    }
  }
}
