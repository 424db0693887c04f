package io.webidentity.cli;

import static io.webidentity.cli.FlagGroup.IDENTITY;

import io.webidentity.config.RoleCompositionSettings;
import io.webidentity.identity.AwsPartition;
import io.webidentity.identity.InstanceMetadata;
import io.webidentity.identity.InstanceMetadataException;
import io.webidentity.identity.RoleComposition;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The flags about roles that are written by their names, in the order of the help, and what is made
 * of them. The first is amazon-eks-pod-identity-webhook's.
 */
final class RoleCompositionFlags {
  static final Flag<Boolean> COMPOSE_ROLE_ARN =
      Flag.bool(
          "compose-role-arn",
          IDENTITY,
          false,
          "Make a role that is written without arn: the ARN of that role in this machine's AWS"
              + " account, or in that of --account-id.");
  static final Flag<String> ACCOUNT_ID =
      Flag.taking(
          "account-id",
          "ACCOUNT",
          IDENTITY,
          CloudValues::accountId,
          "Account for --compose-role-arn; without one, the instance metadata service is asked at"
              + " start.");
  static final Flag<String> PARTITION =
      Flag.taking(
          "partition",
          "PARTITION",
          IDENTITY,
          CloudValues::partition,
          "Partition for --compose-role-arn, such as aws-cn; without one, that of the machine's"
              + " region, or with --account-id that of --aws-default-region, else aws.");
  static final Flag<URI> IMDS_ENDPOINT =
      Flag.taking(
              "imds-endpoint",
              "URL",
              IDENTITY,
              CloudValues::imdsEndpoint,
              "Instance metadata service, such as http://[fd00:ec2::254] over IPv6.")
          .byDefault("http://169.254.169.254");

  /** All of them. */
  static final List<Flag<?>> ALL = List.of(COMPOSE_ROLE_ARN, ACCOUNT_ID, PARTITION, IMDS_ENDPOINT);

  private RoleCompositionFlags() {}

  /** What ARNs are made of, if they are. */
  static Optional<RoleCompositionSettings> settings(GivenFlags flags) throws UsageException {
    Optional<String> account = flags.find(ACCOUNT_ID);
    Optional<String> partition = flags.find(PARTITION);
    URI endpoint = flags.value(IMDS_ENDPOINT);
    if (!flags.value(COMPOSE_ROLE_ARN)) {
      for (Flag<?> useless : List.<Flag<?>>of(ACCOUNT_ID, PARTITION)) {
        if (flags.find(useless).isPresent()) {
          throw new UsageException(
              flags.origin(useless)
                  + " has no use without --compose-role-arn; add it or leave this one out");
        }
      }
      return Optional.empty();
    }
    if (account.isEmpty()) {
      return Optional.of(new RoleCompositionSettings.OfInstance(endpoint, partition));
    }
    Optional<String> region = flags.find(IdentityFlags.AWS_DEFAULT_REGION);
    String known =
        partition.or(() -> region.map(AwsPartition::ofRegion)).orElse(AwsPartition.COMMERCIAL);
    return Optional.of(new RoleCompositionSettings.Given(known, account.get()));
  }

  /**
   * What completes roles; asks the instance metadata service where the settings say so.
   *
   * @throws StartException if that does not tell
   */
  static UnaryOperator<String> completion(Optional<RoleCompositionSettings> settings)
      throws StartException {
    if (settings.isEmpty()) {
      return UnaryOperator.identity();
    }
    return switch (settings.get()) {
      case RoleCompositionSettings.Given(String partition, String account) ->
          new RoleComposition(partition, account);
      case RoleCompositionSettings.OfInstance(URI endpoint, Optional<String> partition) -> {
        try {
          yield new InstanceMetadata(endpoint).composition(partition);
        } catch (InstanceMetadataException e) {
          throw new StartException(String.valueOf(e.getMessage()), e);
        }
      }
    };
  }
}
