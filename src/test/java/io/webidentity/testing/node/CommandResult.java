package io.webidentity.testing.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a command has done that has ended. Its text has all of it, for the messages of failed
 * assertions.
 *
 * @param command the program and its arguments
 * @param exitCode 0 if it says that it succeeded
 * @param output what it wrote on standard output
 * @param errors what it wrote on standard error, where warnings go as well
 */
public record CommandResult(List<String> command, int exitCode, String output, String errors) {
  public CommandResult {
    command = List.copyOf(command);
  }

  /**
   * Runs a command to its end.
   *
   * @param environment its variables beside PATH, TMPDIR and HOME
   * @param home its home, and the folder that it runs in
   */
  static CommandResult of(List<String> command, Map<String, String> environment, Path home) {
    try {
      Path errors = Files.createTempFile(home, "errors", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(home.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectError(errors.toFile());
      // Settings of the user's shell, such as of another cluster, are none of the test's business.
      Map<String, String> variables = builder.environment();
      variables.keySet().retainAll(List.of("PATH", "TMPDIR"));
      variables.put("HOME", home.toString());
      variables.putAll(environment);
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exitCode = process.onExit().join().exitValue();
      CommandResult result = new CommandResult(command, exitCode, output, Files.readString(errors));
      Files.delete(errors);
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot run " + String.join(" ", command), e);
    }
  }

  /**
   * This.
   *
   * @throws IllegalStateException with all that the command wrote, if it failed
   */
  public CommandResult requireSuccess() {
    if (exitCode != 0) {
      throw new IllegalStateException(toString());
    }
    return this;
  }

  @Override
  public String toString() {
    return "%s%nended with status %d%n%s%s"
        .formatted(String.join(" ", command), exitCode, errors, output);
  }
}
