package io.webidentity.cli.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.account.AccountKey;
import io.webidentity.audit.ClusterView;
import io.webidentity.cli.cluster.Check.Status;
import io.webidentity.cli.flag.CloudValues;
import io.webidentity.cli.flag.Command;
import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.FlagGroup;
import io.webidentity.cli.flag.FlagRule;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.ProcessIo;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.flag.Values;
import io.webidentity.cli.inject.ManifestFile;
import io.webidentity.injection.VisibleText;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.watch.UnusableContentException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code webhook doctor}: checks an installation from outside. */
public record DoctorCommand() implements Command {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Flag<String> NAMESPACE =
      Flag.taking(
              "namespace",
              "NAME",
              FlagGroup.INPUT,
              Values::dnsLabel,
              "Namespace in which a pod is tried; the API server stores none.")
          .byDefault("default")
          .mostUsed();
  private static final Flag<String> ACCOUNT =
      Flag.taking(
              "service-account",
              "NAME",
              FlagGroup.INPUT,
              Values::anything,
              "ServiceAccount of the pod that is tried; one with a role shows the most.")
          .byDefault("default")
          .mostUsed();
  private static final Flag<Boolean> TOKEN =
      Flag.bool(
              "token",
              FlagGroup.INPUT,
              false,
              "Ask for a token of the ServiceAccount, and show its claims, never the token.")
          .mostUsed();
  private static final Flag<URI> STS =
      Flag.taking(
              "sts",
              "URL",
              FlagGroup.INPUT,
              CloudValues::endpoint,
              "Send the token of --token to this STS, for the role of the ServiceAccount; show its"
                  + " answer, never the credentials.")
          .mostUsed();
  private static final Flag<String> CONFIGURATION =
      Flag.taking(
          "configuration",
          "NAME",
          FlagGroup.INPUT,
          Values::anything,
          "MutatingWebhookConfiguration to check, where a cluster has several of this kind.");
  private static final Flag<String> OUTPUT =
      Flag.taking(
              "output",
              "FORMAT",
              FlagGroup.INPUT,
              Values::anything,
              "text or json: lines, or the same for programs.")
          .byDefault("text")
          .among("text", "json")
          .mostUsed();

  private static final int FAILED = 1;

  @Override
  public String name() {
    return "doctor";
  }

  @Override
  public String summary() {
    return "Check an installation, from its configuration to a pod that is tried.";
  }

  @Override
  public String synopsis() {
    return "[-n NAMESPACE] [--service-account NAME] [--token] [-o json] [FLAG ...]";
  }

  @Override
  public List<String> footer() {
    return List.of(
        "doctor reads the configuration, the Service, the Deployment, the certificate and the rights",
        "of the webhook, tries a pod with dryRun=All, and says of each check whether it passed.",
        "If the issuer of tokens is public, doctor reads from this machine what the issuer publishes.",
        "A check that you may not make is skipped, and says which right is missing.",
        "It changes nothing.",
        "",
        "Examples:",
        "  Check the installation:",
        "    webhook doctor",
        "  Try a pod of an account that has a role:",
        "    webhook doctor -n shop --service-account orders",
        "  See what a token of it says to AWS, and what AWS answers:",
        "    webhook doctor -n shop --service-account orders --token \\",
        "      --sts https://sts.eu-central-1.amazonaws.com",
        "",
        "Exit codes: 0 if nothing failed, 1 if a check failed, 2 for a wrong flag or a cluster that",
        "cannot be reached.");
  }

  @Override
  public List<Flag<?>> flags() {
    return List.of(NAMESPACE, ACCOUNT, TOKEN, STS, OUTPUT, CONFIGURATION, ReadFlags.KUBECONFIG);
  }

  @Override
  public Map<String, String> shorthands() {
    return Map.of("namespace", "n", "output", "o", "help", "h");
  }

  @Override
  public Set<String> onlyOnCommandLine() {
    return Set.of(NAMESPACE.name());
  }

  @Override
  public List<FlagRule> rules() {
    return List.of(FlagRule.noUseWithout(STS, TOKEN));
  }

  @Override
  public int run(GivenFlags flags, ProcessIo process) throws UsageException {
    String format = flags.format(OUTPUT);
    List<Check> checks;
    try (ApiObjects api = ApiObjects.connect(ReadFlags.cluster(flags, process.environment()));
        OutsideClient outside = new OutsideClient()) {
      checks =
          new Doctor(
                  new ClusterView(api),
                  outside,
                  Instant.now(),
                  new Doctor.Scope(
                      flags.find(CONFIGURATION),
                      new AccountKey(flags.value(NAMESPACE), flags.value(ACCOUNT)),
                      flags.value(TOKEN),
                      flags.find(STS)))
              .examine();
    } catch (UnusableContentException wrong) {
      throw ManifestFile.usage(wrong);
    }
    if (format.equals("json")) {
      process.out().println(json(checks));
    } else {
      text(checks, process);
    }
    return checks.stream().anyMatch(check -> check.status() == Status.FAILED) ? FAILED : 0;
  }

  private static void text(List<Check> checks, ProcessIo process) {
    String group = "";
    for (Check check : checks) {
      if (!check.group().equals(group)) {
        group = check.group();
        process.out().println(group);
      }
      process
          .out()
          .println(
              VisibleText.of("  %-7s %s: %s".formatted(word(check), check.name(), check.detail())));
      if (!check.remedy().isEmpty()) {
        process.out().println(VisibleText.of("          " + check.remedy()));
      }
    }
  }

  private static String json(List<Check> checks) {
    ObjectNode report = JSON.createObjectNode();
    ArrayNode list = report.putArray("checks");
    for (Check check : checks) {
      list.addObject()
          .put("group", check.group())
          .put("name", check.name())
          .put("status", word(check))
          .put("detail", check.detail())
          .put("remedy", check.remedy());
    }
    return report.toPrettyString();
  }

  private static String word(Check check) {
    return check.status().name().toLowerCase(Locale.ROOT);
  }
}
