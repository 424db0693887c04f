package io.webidentity;

import io.webidentity.cli.WebhookProgram;
import io.webidentity.cli.flag.Surroundings;
import io.webidentity.server.ServeUntilStopped;

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
