package io.webidentity.cli.flag;

import io.webidentity.config.LogSettings;
import io.webidentity.injection.VisibleText;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The environment and the streams of the process that a command runs in.
 *
 * @param environment the environment variables
 * @param in standard input
 * @param out standard output: results only
 * @param err standard error: everything said about them
 * @param errIsTerminal whether a person sees standard error while the command runs
 * @param usualLogFormat the log's format where no flag says: text on a terminal
 */
public record ProcessIo(
    Map<String, String> environment,
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean errIsTerminal,
    LogSettings.Format usualLogFormat) {
  public ProcessIo {
    environment = Map.copyOf(environment);
  }

  /** Prints a sentence, which may quote files and arguments, in one line on standard error. */
  public void printError(String sentence) {
    err.println(VisibleText.of(sentence));
  }

  /** Those of this process. */
  public static ProcessIo ofThisProcess() {
    boolean terminal =
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    return new ProcessIo(
        System.getenv(),
        System.in,
        System.out,
        System.err,
        isErrTerminal(),
        terminal ? LogSettings.Format.TEXT : LogSettings.Format.JSON);
  }

  /** A console tells of input and output only. Linux names the device behind standard error. */
  private static boolean isErrTerminal() {
    try {
      Path device = Files.readSymbolicLink(Path.of("/proc/self/fd/2"));
      return device.startsWith("/dev/pts") || device.toString().startsWith("/dev/tty");
    } catch (IOException _) {
      return false;
    }
  }
}
