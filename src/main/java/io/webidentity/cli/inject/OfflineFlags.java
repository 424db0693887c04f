package io.webidentity.cli.inject;

import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.FlagGroup;
import io.webidentity.cli.flag.Values;
import io.webidentity.cli.serve.IdentityFlags;
import io.webidentity.cli.serve.RolePolicyFlags;
import io.webidentity.cli.serve.ServeFlags;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The flags of all commands that decide about pods without serving: {@code inject}, {@code explain}
 * and {@code audit}.
 */
public final class OfflineFlags {
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

  private OfflineFlags() {}
}
