package io.webidentity.cli.serve;

import static io.webidentity.cli.flag.FlagGroup.IDENTITY;

import io.webidentity.aws.EndpointUrl;
import io.webidentity.cli.flag.CloudValues;
import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.flag.Values;
import io.webidentity.config.IdentitySettings;
import io.webidentity.injection.InjectionSettings;
import io.webidentity.injection.SessionNameTemplate;
import io.webidentity.injection.SessionSettings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The flags of all commands that inject, in the order of the help, and the settings made of them.
 * Names and defaults are those of amazon-eks-pod-identity-webhook, where it has them.
 */
public final class IdentityFlags {
  static final Flag<String> ANNOTATION_PREFIX =
      Flag.taking(
              "annotation-prefix",
              "PREFIX",
              IDENTITY,
              Values::annotationPrefix,
              "Prefix of the annotations read, as in PREFIX/role-arn.")
          .byDefault("eks.amazonaws.com")
          .mostUsed();
  static final Flag<String> TOKEN_AUDIENCE =
      Flag.taking(
              "token-audience",
              "AUDIENCE",
              IDENTITY,
              Values::audience,
              "Audience of tokens where no annotation names one.")
          .byDefault("sts.amazonaws.com")
          .mostUsed();
  static final Flag<Long> TOKEN_EXPIRATION =
      Flag.taking(
              "token-expiration",
              "SECONDS",
              IDENTITY,
              Values::tokenExpiration,
              "Lifetime of tokens where no annotation gives one; below 600 becomes 600.")
          .byDefault("86400");
  static final Flag<String> TOKEN_MOUNT_PATH =
      Flag.taking(
              "token-mount-path",
              "PATH",
              IDENTITY,
              Values::mountPath,
              "Where containers find the token.")
          .byDefault("/var/run/secrets/eks.amazonaws.com/serviceaccount");
  static final Flag<String> AWS_DEFAULT_REGION =
      Flag.taking(
              "aws-default-region",
              "REGION",
              IDENTITY,
              CloudValues::region,
              "AWS_REGION and AWS_DEFAULT_REGION for containers that have neither, where no annotation"
                  + " names a region.")
          .mostUsed();
  static final Flag<Boolean> STS_REGIONAL_ENDPOINT =
      Flag.bool(
          "sts-regional-endpoint",
          IDENTITY,
          false,
          "Have SDKs use regional STS endpoints where no annotation says otherwise.");
  static final Flag<SessionNameTemplate> ROLE_SESSION_NAME =
      Flag.taking(
          "role-session-name",
          "TEMPLATE",
          IDENTITY,
          CloudValues::sessionName,
          "AWS_ROLE_SESSION_NAME where no annotation says otherwise: a text with {namespace},"
              + " {service-account} and {cluster} in it, or {pod-uid} alone.");
  static final Flag<String> CLUSTER_NAME =
      Flag.taking(
          "cluster-name",
          "NAME",
          IDENTITY,
          CloudValues::clusterName,
          "What {cluster} stands for in the names of role sessions.");
  static final Flag<EndpointUrl> STS_ENDPOINT_URL =
      Flag.taking(
          "sts-endpoint-url",
          "URL",
          IDENTITY,
          CloudValues::endpointUrl,
          "AWS_ENDPOINT_URL_STS where no annotation says otherwise: the STS server that SDKs send"
              + " the token to.");
  static final Flag<EndpointUrl> ENDPOINT_URL =
      Flag.taking(
          "endpoint-url",
          "URL",
          IDENTITY,
          CloudValues::endpointUrl,
          "AWS_ENDPOINT_URL where no annotation says otherwise: the server of every service without"
              + " an endpoint of its own, such as S3 of MinIO or Ceph.");

  /** All of them. */
  public static final List<Flag<?>> ALL =
      Stream.of(
              List.<Flag<?>>of(
                  ANNOTATION_PREFIX,
                  TOKEN_AUDIENCE,
                  TOKEN_EXPIRATION,
                  TOKEN_MOUNT_PATH,
                  AWS_DEFAULT_REGION,
                  STS_REGIONAL_ENDPOINT,
                  ROLE_SESSION_NAME,
                  CLUSTER_NAME,
                  STS_ENDPOINT_URL,
                  ENDPOINT_URL),
              RoleCompositionFlags.ALL,
              ContainerCredentialsFlags.ALL)
          .<Flag<?>>flatMap(List::stream)
          .toList();

  private IdentityFlags() {}

  /** What identities are made of where ServiceAccounts do not say. */
  public static IdentitySettings identity(GivenFlags flags) throws UsageException {
    return new IdentitySettings(
        flags.value(ANNOTATION_PREFIX),
        flags.value(TOKEN_AUDIENCE),
        flags.value(TOKEN_EXPIRATION),
        flags.value(STS_REGIONAL_ENDPOINT),
        flags.find(AWS_DEFAULT_REGION),
        flags.value(ContainerCredentialsFlags.AUDIENCE));
  }

  /** How SDKs are told to open sessions where ServiceAccounts do not say. */
  public static SessionSettings session(GivenFlags flags) throws UsageException {
    Optional<SessionNameTemplate> name = flags.find(ROLE_SESSION_NAME);
    Optional<String> cluster = flags.find(CLUSTER_NAME);
    if (name.isPresent() && name.get().namesCluster() && cluster.isEmpty()) {
      throw new UsageException(
          flags.origin(ROLE_SESSION_NAME)
              + " names {cluster}, which nothing says; add --cluster-name or leave out {cluster}");
    }
    return new SessionSettings(
        name, cluster, flags.find(STS_ENDPOINT_URL), flags.find(ENDPOINT_URL));
  }

  /** What is injected beside the identity. */
  public static InjectionSettings injection(GivenFlags flags) throws UsageException {
    return new InjectionSettings(
        flags.value(ANNOTATION_PREFIX),
        flags.value(TOKEN_MOUNT_PATH),
        ContainerCredentialsFlags.settings(flags));
  }
}
