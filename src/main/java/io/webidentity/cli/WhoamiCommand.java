package io.webidentity.cli;

import io.webidentity.cli.flag.Command;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.ProcessIo;
import io.webidentity.secret.TokenClaims;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code webhook whoami}: in a pod, says what identity the pod was given. The image has no shell to
 * look with, and {@code helm test} wants an answer.
 *
 * @param clock tells whether the token has expired
 */
record WhoamiCommand(Clock clock) implements Command {
  private static final int NOT_GIVEN = 1;

  /** What SDKs read beside role and token file. */
  private static final List<String> OPTIONAL =
      List.of(
          "AWS_ROLE_SESSION_NAME",
          "AWS_REGION",
          "AWS_STS_REGIONAL_ENDPOINTS",
          "AWS_ENDPOINT_URL_STS",
          "AWS_ENDPOINT_URL");

  @Override
  public String name() {
    return "whoami";
  }

  @Override
  public String summary() {
    return "In a pod: say what identity the pod was given.";
  }

  @Override
  public List<String> footer() {
    return List.of(
        "Reads the environment and the token file as an SDK would, and prints role, subject,",
        "audience and expiry; never the token. The token's signature is not verified: that is",
        "the STS's part.",
        "",
        "Example:",
        "  See what pods of a ServiceAccount are given, with the webhook's own image:",
        "    kubectl run whoami --rm -i --restart=Never --image=IMAGE \\",
        "      --overrides='{\"spec\":{\"serviceAccountName\":\"reports\"}}' --command -- \\",
        "      /webhook whoami",
        "",
        "Exit codes: 0 if the pod was given an identity, 1 if not or not a usable one, 2 for a",
        "wrong flag.");
  }

  @Override
  public int run(GivenFlags flags, ProcessIo process) {
    Map<String, String> environment = process.environment();
    Optional<String> role = value(environment, "AWS_ROLE_ARN");
    Optional<String> file = value(environment, "AWS_WEB_IDENTITY_TOKEN_FILE");
    if (role.isEmpty() || file.isEmpty()) {
      process.printError(
          "webhook: %s is not set: this pod was given no identity. From outside the pod,"
                  .formatted(role.isEmpty() ? "AWS_ROLE_ARN" : "AWS_WEB_IDENTITY_TOKEN_FILE")
              + " webhook explain pod/NAME says why.");
      return NOT_GIVEN;
    }
    try {
      TokenClaims token = PodToken.read(Path.of(file.get()));
      boolean expired = token.expiry().isBefore(clock.instant());
      print(process.out(), role.get(), file.get(), environment, token, expired);
      return expired ? NOT_GIVEN : 0;
    } catch (PodToken.UnusableTokenException e) {
      process.printError("webhook: " + e.getMessage());
      return NOT_GIVEN;
    }
  }

  private static void print(
      PrintStream out,
      String role,
      String file,
      Map<String, String> environment,
      TokenClaims token,
      boolean expired) {
    row(out, "AWS_ROLE_ARN", role);
    for (String name : OPTIONAL) {
      value(environment, name).ifPresent(value -> row(out, name, value));
    }
    row(out, "AWS_WEB_IDENTITY_TOKEN_FILE", file);
    row(out, "token subject", token.subject());
    row(out, "token audience", String.join(", ", token.audience()));
    row(out, "token issuer", token.issuer());
    row(out, "token expires", token.expiry() + (expired ? " (expired)" : ""));
  }

  private static void row(PrintStream out, String name, String value) {
    out.printf("%-27s %s%n", name, GivenFlags.shown(value));
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }
}
