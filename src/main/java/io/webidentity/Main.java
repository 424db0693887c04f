package io.webidentity;

import io.webidentity.cli.Surroundings;
import io.webidentity.cli.WebhookProgram;

/** Starts a command, nothing else. */
public final class Main {
  private Main() {}

  /** Entry point of {@code bin/webhook}. */
  public static void main(String[] args) {
    WebhookProgram program =
        new WebhookProgram(
            settings -> {
              throw new UnsupportedOperationException("the server is not wired yet: " + settings);
            },
            Surroundings.ofThisProcess());
    System.exit(program.run(args));
  }
}
