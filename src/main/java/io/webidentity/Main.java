package io.webidentity;

import io.webidentity.cli.ServeUntilStopped;
import io.webidentity.cli.Surroundings;
import io.webidentity.cli.WebhookProgram;

/** Starts a command, nothing else. */
public final class Main {
  private Main() {}

  /** Entry point of {@code bin/webhook}. */
  public static void main(String[] args) {
    Surroundings surroundings = Surroundings.ofThisProcess();
    WebhookProgram program =
        new WebhookProgram(new ServeUntilStopped(surroundings.err()), surroundings);
    System.exit(program.run(args));
  }
}
