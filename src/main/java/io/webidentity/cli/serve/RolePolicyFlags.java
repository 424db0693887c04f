package io.webidentity.cli.serve;

import static io.webidentity.cli.flag.FlagGroup.ROLE_POLICY;

import io.webidentity.cli.flag.CloudValues;
import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.flag.Values;
import io.webidentity.config.RolePolicySettings;
import io.webidentity.config.RolePolicySettings.Location;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The flags about who may use which role, in the order of the help; all of them are ours. */
public final class RolePolicyFlags {
  public static final Flag<Path> FILE =
      Flag.taking(
              "role-policy",
              "FILE",
              ROLE_POLICY,
              Values::path,
              "Which roles the pods of which namespaces may have, YAML or JSON, watched; what it does"
                  + " not allow is denied.")
          .mostUsed();
  static final Flag<String> CONFIG_MAP =
      Flag.taking(
          "role-policy-config-map",
          "NAME",
          ROLE_POLICY,
          Values::dnsSubdomain,
          "The same from a ConfigMap in --namespace, key role-policy.yaml.");
  public static final Flag<Boolean> NAMESPACE_ANNOTATIONS =
      Flag.bool(
          "namespace-role-annotations",
          ROLE_POLICY,
          false,
          "Let the annotations of kube2iam and kiam allow roles in namespaces that no rule is for:"
              + " iam.amazonaws.com/allowed-roles and /permitted.");
  public static final Flag<String> BASE_ROLE_ARN =
      Flag.taking(
          "base-role-arn",
          "ARN",
          ROLE_POLICY,
          CloudValues::baseRoleArn,
          "What stands before names of roles in them, such as arn:aws:iam::111122223333:role/.");

  /** All of them. */
  static final List<Flag<?>> ALL = List.of(FILE, CONFIG_MAP, NAMESPACE_ANNOTATIONS, BASE_ROLE_ARN);

  private RolePolicyFlags() {}

  /** Where the policy is, and what else counts. */
  public static RolePolicySettings settings(GivenFlags flags) throws UsageException {
    boolean annotations = flags.value(NAMESPACE_ANNOTATIONS);
    Optional<String> base = flags.find(BASE_ROLE_ARN);
    return new RolePolicySettings(location(flags), annotations, base);
  }

  private static Location location(GivenFlags flags) throws UsageException {
    Optional<Path> file = flags.find(FILE);
    Optional<String> configMap = flags.find(CONFIG_MAP);
    if (file.isPresent()) {
      return new Location.InFile(file.get());
    }
    return configMap.isPresent()
        ? new Location.InConfigMap(flags.value(ServeFlags.NAMESPACE), configMap.get())
        : new Location.Nowhere();
  }
}
