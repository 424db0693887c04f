package io.webidentity.cli;

import io.webidentity.cli.cluster.AuditCommand;
import io.webidentity.cli.cluster.DoctorCommand;
import io.webidentity.cli.cluster.ExplainCommand;
import io.webidentity.cli.flag.ArgumentReader;
import io.webidentity.cli.flag.ArgumentReader.Arguments;
import io.webidentity.cli.flag.Command;
import io.webidentity.cli.flag.CommandPath;
import io.webidentity.cli.flag.Environment;
import io.webidentity.cli.flag.FlagRule;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.GivenFlags.Given;
import io.webidentity.cli.flag.HelpText;
import io.webidentity.cli.flag.ProcessIo;
import io.webidentity.cli.flag.ProgramFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.inject.InjectCommand;
import io.webidentity.cli.serve.ServeCommand;
import io.webidentity.server.ServeAction;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The program {@code webhook}: a server, with a few commands beside it.
 *
 * <p>Exit codes: what the command says; 1 if standard output could not be written or memory ran
 * out; 2, with one sentence on standard error, if it was called wrongly or cannot read its input.
 */
public final class WebhookProgram {
  private static final int INCOMPLETE = 1;
  private static final int WRONG_USAGE = 2;

  private final Command main;
  private final ProcessIo process;

  /**
   * The program.
   *
   * @param serve runs the server
   * @param process the process it runs in
   */
  public WebhookProgram(ServeAction serve, ProcessIo process) {
    ProgramCommands own = new ProgramCommands(this::root);
    List<Command> subcommands =
        List.of(
            new InjectCommand(),
            new ExplainCommand(),
            new AuditCommand(),
            new DoctorCommand(),
            new WhoamiCommand(Clock.systemUTC()),
            own.completion(),
            own.version(),
            own.help());
    this.main = new ServeCommand(serve, subcommands);
    this.process = process;
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
      if (process.out().checkError()) {
        process.printError(
            "webhook: standard output cannot be written; what is there is incomplete");
        return INCOMPLETE;
      }
      return exitCode;
    } catch (OutOfMemoryError tooLittle) {
      process.printError(
          "webhook: out of memory; give it more, such as JAVA_TOOL_OPTIONS=-Xmx1g in its"
              + " environment");
      return INCOMPLETE;
    } catch (UsageException wrong) {
      process.printError("webhook: " + wrong.sentence());
      return WRONG_USAGE;
    } finally {
      process.out().flush();
      process.err().flush();
    }
  }

  private int run(List<String> words) throws UsageException {
    CommandPath program = CommandPath.of(main);
    Arguments arguments = new ArgumentReader(program).read(words);
    CommandPath path = arguments.path();
    if (arguments.asksFor(ProgramFlags.HELP)) {
      process.out().print(HelpText.of(path));
      return 0;
    }
    if (arguments.asksFor(ProgramFlags.VERSION)) {
      ProgramCommands.printVersion(process);
      return 0;
    }
    path.requireOperands(arguments.operands());
    Map<String, List<Given>> given =
        new HashMap<>(Environment.given(process.environment(), program, path.command()));
    given.putAll(arguments.given());
    GivenFlags flags = new GivenFlags(given, arguments.operands());
    for (FlagRule rule : path.command().rules()) {
      rule.check(flags);
    }
    return path.command().run(flags, process);
  }

  private Command root() {
    return main;
  }
}
