package io.webidentity.cli.serve;

import static io.webidentity.cli.flag.FlagGroup.CONTAINER_CREDENTIALS;

import io.webidentity.cli.flag.CloudValues;
import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.flag.Values;
import io.webidentity.injection.ContainerCredentialsSettings;
import java.nio.file.Path;
import java.util.List;

/**
 * The flags about container credentials, in the order of the help, and the settings made of them.
 * Names and defaults are those of amazon-eks-pod-identity-webhook.
 */
public final class ContainerCredentialsFlags {
  public static final Flag<Path> CONFIG =
      Flag.taking(
          "watch-container-credentials-config",
          "FILE",
          CONTAINER_CREDENTIALS,
          Values::path,
          "Accounts whose pods get container credentials, whatever role they have; JSON, watched:"
              + " {\"identities\":[{\"namespace\":\"…\",\"serviceAccount\":\"…\"}]}, * stands for all.");
  static final Flag<String> AUDIENCE =
      Flag.taking(
              "container-credentials-audience",
              "AUDIENCE",
              CONTAINER_CREDENTIALS,
              Values::audience,
              "Audience of their tokens.")
          .byDefault("pods.eks.amazonaws.com");
  static final Flag<String> MOUNT_PATH =
      Flag.taking(
              "container-credentials-token-mount-path",
              "PATH",
              CONTAINER_CREDENTIALS,
              Values::mountPath,
              "Where their containers find the token.")
          .byDefault(ContainerCredentialsSettings.DEFAULT.mountPath());
  static final Flag<String> VOLUME_NAME =
      Flag.taking(
              "container-credentials-token-volume-name",
              "NAME",
              CONTAINER_CREDENTIALS,
              CloudValues::volumeName,
              "Name of their token's volume.")
          .byDefault(ContainerCredentialsSettings.DEFAULT.volumeName());
  static final Flag<String> TOKEN_PATH =
      Flag.taking(
              "container-credentials-token-path",
              "PATH",
              CONTAINER_CREDENTIALS,
              CloudValues::pathInVolume,
              "Path of the token in that volume.")
          .byDefault(ContainerCredentialsSettings.DEFAULT.tokenPath());
  static final Flag<String> FULL_URI =
      Flag.taking(
              "container-credentials-full-uri",
              "URI",
              CONTAINER_CREDENTIALS,
              CloudValues::fullUri,
              "Where their SDKs ask for credentials.")
          .byDefault(ContainerCredentialsSettings.DEFAULT.fullUri());

  /** All of them. */
  static final List<Flag<?>> ALL =
      List.of(CONFIG, AUDIENCE, MOUNT_PATH, VOLUME_NAME, TOKEN_PATH, FULL_URI);

  private ContainerCredentialsFlags() {}

  /** How container credentials are injected. */
  static ContainerCredentialsSettings settings(GivenFlags flags) throws UsageException {
    return new ContainerCredentialsSettings(
        flags.value(MOUNT_PATH),
        flags.value(VOLUME_NAME),
        flags.value(TOKEN_PATH),
        flags.value(FULL_URI));
  }
}
