package io.webidentity.cli.serve;

import static io.webidentity.cli.flag.FlagRule.excludes;
import static io.webidentity.cli.flag.FlagRule.needs;
import static io.webidentity.cli.flag.FlagRule.noUseWithout;
import static io.webidentity.cli.serve.ObservationFlags.AUDIT_EVICT;
import static io.webidentity.cli.serve.ObservationFlags.AUDIT_INTERVAL;
import static io.webidentity.cli.serve.ObservationFlags.DEBUGGING_HANDLERS;
import static io.webidentity.cli.serve.ObservationFlags.DEBUGGING_HANDLERS_FROM;
import static io.webidentity.cli.serve.ObservationFlags.EVENTS;
import static io.webidentity.cli.serve.RoleCompositionFlags.ACCOUNT_ID;
import static io.webidentity.cli.serve.RoleCompositionFlags.COMPOSE_ROLE_ARN;
import static io.webidentity.cli.serve.RoleCompositionFlags.PARTITION;
import static io.webidentity.cli.serve.RolePolicyFlags.BASE_ROLE_ARN;
import static io.webidentity.cli.serve.RolePolicyFlags.CONFIG_MAP;
import static io.webidentity.cli.serve.RolePolicyFlags.NAMESPACE_ANNOTATIONS;
import static io.webidentity.cli.serve.ServeFlags.SELF_SIGNED;
import static io.webidentity.cli.serve.ServeFlags.SERVICE_ACCOUNTS;

import io.webidentity.cli.flag.FlagRule;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which flags need, or exclude, which. What depends on values, or on where the certificate comes
 * from, is with the settings made of them.
 */
public final class FlagRules {
  private static final String THIS_ONE = "%s has no use without %s; add it or leave this one out";

  /** Of every command that injects. */
  private static final List<FlagRule> IDENTITY =
      List.of(
          needs(ACCOUNT_ID, COMPOSE_ROLE_ARN, THIS_ONE),
          needs(PARTITION, COMPOSE_ROLE_ARN, THIS_ONE),
          noUseWithout(BASE_ROLE_ARN, NAMESPACE_ANNOTATIONS));

  /** Of commands that do not serve, such as {@code inject}. */
  public static final List<FlagRule> OFFLINE =
      with(
          needs(
              COMPOSE_ROLE_ARN,
              ACCOUNT_ID,
              "%s needs %s here: this command asks no other machine"));

  /** Of the server. Without a cluster, there are no Secrets, ConfigMaps, Namespaces or Events. */
  static final List<FlagRule> SERVE =
      with(
          needs(
              ServeFlags.SELF_SIGNED_CA_OUT,
              SELF_SIGNED,
              "%s has no use without %2$s; add %2$s or leave it out"),
          noUseWithout(ServeFlags.CLIENT_NAMES, ServeFlags.CLIENT_CA),
          noUseWithout(ShadowFlags.COMPARE_WITH_CA_FILE, ShadowFlags.COMPARE_WITH),
          noUseWithout(AUDIT_EVICT, AUDIT_INTERVAL),
          noUseWithout(DEBUGGING_HANDLERS_FROM, DEBUGGING_HANDLERS),
          excludes(SELF_SIGNED, ServeFlags.TLS_CERT),
          excludes(SELF_SIGNED, ServeFlags.TLS_KEY),
          excludes(SERVICE_ACCOUNTS, ServeFlags.KUBECONFIG),
          excludes(SERVICE_ACCOUNTS, ServeFlags.KUBE_API),
          excludes(SERVICE_ACCOUNTS, ServeFlags.WATCH_CONFIG_MAP),
          excludes(ServeFlags.NAMESPACE_DEFAULTS, SERVICE_ACCOUNTS),
          excludes(EVENTS, SERVICE_ACCOUNTS),
          excludes(AUDIT_INTERVAL, SERVICE_ACCOUNTS),
          excludes(RolePolicyFlags.FILE, CONFIG_MAP),
          excludes(CONFIG_MAP, SERVICE_ACCOUNTS),
          excludes(NAMESPACE_ANNOTATIONS, SERVICE_ACCOUNTS));

  /** Of {@code --tls-secret}, which counts only in a cluster. */
  static final List<FlagRule> SHARED_SECRET =
      ServeSettingsReader.OTHER_CERTIFICATES.stream()
          .map(other -> excludes(ServeFlags.TLS_SECRET, other))
          .toList();

  private FlagRules() {}

  private static List<FlagRule> with(FlagRule... own) {
    return Stream.concat(IDENTITY.stream(), Stream.of(own)).toList();
  }
}
