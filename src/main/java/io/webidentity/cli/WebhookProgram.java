package io.webidentity.cli;

import io.webidentity.cli.flag.ArgumentReader;
import io.webidentity.cli.flag.ArgumentReader.Arguments;
import io.webidentity.cli.flag.Command;
import io.webidentity.cli.flag.Environment;
import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.GivenFlags.Given;
import io.webidentity.cli.flag.HelpText;
import io.webidentity.cli.flag.ProgramFlags;
import io.webidentity.cli.flag.Surroundings;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.inject.InjectCommand;
import io.webidentity.cli.serve.ServeCommand;
import io.webidentity.server.ServeAction;
import io.webidentity.server.Version;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The program {@code webhook}: a server, with a few commands beside it.
 *
 * <p>Exit codes: what the command says; 1 if standard output could not be written; 2, with one
 * sentence on standard error, if it was called wrongly or cannot read its input.
 */
public final class WebhookProgram {
  private static final int INCOMPLETE = 1;
  private static final int WRONG_USAGE = 2;

  private final Command main;
  private final List<Command> subcommands;
  private final Surroundings surroundings;

  /**
   * The program.
   *
   * @param serve runs the server
   * @param surroundings what it is started in
   */
  public WebhookProgram(ServeAction serve, Surroundings surroundings) {
    this.main = new ServeCommand(serve);
    this.subcommands = List.of(new InjectCommand(), new WhoamiCommand(Clock.systemUTC()));
    this.surroundings = surroundings;
  }

  /**
   * Runs what the arguments ask for.
   *
   * @return the exit code
   */
  public int run(String... arguments) {
    try {
      int exitCode = run(List.of(arguments));
      // A PrintStream throws nothing: a full disk would be a result that is not there.
      if (surroundings.out().checkError()) {
        surroundings.say("webhook: standard output cannot be written; what is there is incomplete");
        return INCOMPLETE;
      }
      return exitCode;
    } catch (UsageException wrong) {
      surroundings.say("webhook: " + wrong.sentence());
      return WRONG_USAGE;
    } finally {
      surroundings.out().flush();
      surroundings.err().flush();
    }
  }

  private int run(List<String> words) throws UsageException {
    ArgumentReader reader = new ArgumentReader(main, subcommands);
    Arguments arguments = reader.read(words);
    Command command = arguments.command();
    if (arguments.asksFor(ProgramFlags.HELP)) {
      List<Command> listed = command.equals(main) ? subcommands : List.of();
      surroundings.out().print(HelpText.of(command, listed));
      return 0;
    }
    if (arguments.asksFor(ProgramFlags.VERSION)) {
      surroundings.out().println(Version.ofThisBuild().line());
      return 0;
    }
    Map<String, Given> given =
        new HashMap<>(Environment.given(surroundings.environment(), main.environmentFlags()));
    given.keySet().retainAll(command.environmentFlags().stream().map(Flag::name).toList());
    given.putAll(arguments.given());
    return command.run(new GivenFlags(given), surroundings);
  }
}
