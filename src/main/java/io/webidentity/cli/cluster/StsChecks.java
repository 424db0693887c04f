package io.webidentity.cli.cluster;

import io.webidentity.audit.HeldCredentials;
import io.webidentity.secret.SecretText;
import io.webidentity.watch.UnusableContentException;

/** Whether an STS gives the role of an account for its token. */
final class StsChecks {
  private final Checks checks;
  private final Sts sts;

  StsChecks(Checks checks, Sts sts) {
    this.checks = checks;
    this.sts = sts;
  }

  /**
   * Sends the token.
   *
   * @param given what a pod of the account was given
   */
  void examine(HeldCredentials given, SecretText token) {
    if (!given.isOfRole()) {
      checks.skipped("sts", "the pod that was tried has no role to ask for");
      return;
    }
    try {
      switch (sts.ask(given.source(), token)) {
        case Sts.Assumed(String arn) ->
            checks.passed(
                "sts",
                "%s gives credentials of %s"
                    .formatted(sts.url(), arn.isEmpty() ? given.source() : arn));
        case Sts.Refused(String code, String message) ->
            checks.failed(
                "sts",
                "%s answers %s for %s: %s".formatted(sts.url(), code, given.source(), message),
                "see \"It has them, and STS says no\" in docs/troubleshoot.md");
      }
    } catch (UnusableContentException none) {
      checks.warning(
          "sts",
          String.valueOf(none.getMessage()),
          "give the URL that pods use, and run doctor where it can be reached");
    }
  }
}
