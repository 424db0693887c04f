package io.webidentity;

import io.webidentity.cli.WebhookProgram;
import io.webidentity.cli.flag.ProcessIo;
import io.webidentity.server.ServeUntilStopped;

/** Starts a command, nothing else. */
public final class Main {
  private Main() {}

  /** Entry point of {@code bin/webhook}. */
  public static void main(String[] args) {
    ProcessIo process = ProcessIo.ofThisProcess();
    WebhookProgram program = new WebhookProgram(new ServeUntilStopped(process.err()), process);
    System.exit(program.run(args));
  }
}
