package io.webidentity.cli.serve;

import io.webidentity.cli.flag.FlagRule;
import io.webidentity.cli.flag.FlagRule.Excludes;
import io.webidentity.cli.flag.FlagRule.Needs;
import io.webidentity.cli.flag.FlagRule.NoUseWithout;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which flags need, or exclude, which. What depends on values, or on where the certificate comes
 * from, is with the settings made of them.
 */
public final class FlagRules {
  private static final String THIS_ONE = "add it or leave this one out";

  /** Of every command that injects. */
  private static final List<FlagRule> IDENTITY =
      List.of(
          new NoUseWithout(
              RoleCompositionFlags.ACCOUNT_ID, RoleCompositionFlags.COMPOSE_ROLE_ARN, THIS_ONE),
          new NoUseWithout(
              RoleCompositionFlags.PARTITION, RoleCompositionFlags.COMPOSE_ROLE_ARN, THIS_ONE),
          new NoUseWithout(RolePolicyFlags.BASE_ROLE_ARN, RolePolicyFlags.NAMESPACE_ANNOTATIONS));

  /** Of {@code inject}. */
  public static final List<FlagRule> OFFLINE =
      with(
          new Needs(
              RoleCompositionFlags.COMPOSE_ROLE_ARN,
              RoleCompositionFlags.ACCOUNT_ID,
              "inject asks no other machine"));

  /** Of the server. Without a cluster, there are no Secrets, ConfigMaps, Namespaces or Events. */
  static final List<FlagRule> SERVE =
      with(
          new NoUseWithout(
              ServeFlags.SELF_SIGNED_CA_OUT,
              ServeFlags.SELF_SIGNED,
              "add --self-signed or leave it out"),
          new NoUseWithout(ServeFlags.CLIENT_NAMES, ServeFlags.CLIENT_CA),
          new NoUseWithout(ShadowFlags.COMPARE_WITH_CA_FILE, ShadowFlags.COMPARE_WITH),
          new NoUseWithout(
              ObservationFlags.DEBUGGING_HANDLERS_FROM, ObservationFlags.DEBUGGING_HANDLERS),
          new Excludes(ServeFlags.SELF_SIGNED, ServeFlags.TLS_CERT),
          new Excludes(ServeFlags.SELF_SIGNED, ServeFlags.TLS_KEY),
          new Excludes(ServeFlags.SERVICE_ACCOUNTS, ServeFlags.KUBECONFIG),
          new Excludes(ServeFlags.SERVICE_ACCOUNTS, ServeFlags.KUBE_API),
          new Excludes(ServeFlags.SERVICE_ACCOUNTS, ServeFlags.WATCH_CONFIG_MAP),
          new Excludes(ServeFlags.NAMESPACE_DEFAULTS, ServeFlags.SERVICE_ACCOUNTS),
          new Excludes(ObservationFlags.EVENTS, ServeFlags.SERVICE_ACCOUNTS),
          new Excludes(RolePolicyFlags.FILE, RolePolicyFlags.CONFIG_MAP),
          new Excludes(RolePolicyFlags.CONFIG_MAP, ServeFlags.SERVICE_ACCOUNTS),
          new Excludes(RolePolicyFlags.NAMESPACE_ANNOTATIONS, ServeFlags.SERVICE_ACCOUNTS));

  /** Of {@code --tls-secret}, which counts only in a cluster. */
  static final List<FlagRule> SHARED_SECRET =
      ServeSettingsReader.OTHER_CERTIFICATES.stream()
          .<FlagRule>map(other -> new Excludes(ServeFlags.TLS_SECRET, other))
          .toList();

  private FlagRules() {}

  private static List<FlagRule> with(FlagRule... own) {
    return Stream.concat(IDENTITY.stream(), Stream.of(own)).toList();
  }
}
