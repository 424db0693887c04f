package io.webidentity.cli.serve;

import static io.webidentity.cli.flag.FlagGroup.IDENTITY;

import io.webidentity.aws.AwsPartition;
import io.webidentity.cli.flag.CloudValues;
import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.config.RoleCompositionSettings;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The flags about roles that are written by their names, in the order of the help, and what is made
 * of them. The first is amazon-eks-pod-identity-webhook's.
 */
public final class RoleCompositionFlags {
  public static final Flag<Boolean> COMPOSE_ROLE_ARN =
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
  public static Optional<RoleCompositionSettings> settings(GivenFlags flags) throws UsageException {
    Optional<String> account = flags.find(ACCOUNT_ID);
    Optional<String> partition = flags.find(PARTITION);
    URI endpoint = flags.value(IMDS_ENDPOINT);
    if (!flags.value(COMPOSE_ROLE_ARN)) {
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
}
