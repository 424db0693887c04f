package io.webidentity.cli;

import io.webidentity.cli.flag.ProcessIo;
import io.webidentity.config.LogSettings;
import io.webidentity.server.ServeSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One run of the program in this process, with a server that only notes its settings.
 *
 * @param exitCode what the process would end with
 * @param out what it printed
 * @param err what it said
 * @param served the settings of each server it started
 */
public record ProgramRun(int exitCode, String out, String err, List<ServeSettings> served) {
  public ProgramRun {
    served = List.copyOf(served);
  }

  public static ProgramRun of(String... arguments) {
    return of(Map.of(), arguments);
  }

  public static ProgramRun of(Map<String, String> environment, String... arguments) {
    return of(environment, new byte[0], arguments);
  }

  public static ProgramRun of(Map<String, String> environment, byte[] input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<ServeSettings> served = new ArrayList<>();
    ProcessIo process =
        new ProcessIo(
            environment,
            new ByteArrayInputStream(input),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            LogSettings.Format.JSON);
    WebhookProgram program =
        new WebhookProgram(
            settings -> {
              served.add(settings);
              return 0;
            },
            process);
    int exitCode = program.run(arguments);
    return new ProgramRun(
        exitCode,
        out.toString(StandardCharsets.UTF_8),
        err.toString(StandardCharsets.UTF_8),
        served);
  }

  /** The settings of the one server that was started. */
  public ServeSettings settings() {
    if (served.size() != 1) {
      throw new AssertionError("no server was started, but: " + err);
    }
    return served.getFirst();
  }
}
