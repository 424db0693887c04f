package io.webidentity.cli;

import io.webidentity.cli.flag.Command;
import io.webidentity.cli.flag.CommandGroup;
import io.webidentity.cli.flag.CommandPath;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.ProcessIo;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * {@code webhook completion bash} and its like: a script that completes the command line.
 *
 * @param shell the shell that runs the script
 * @param program the tree of commands, which this one is part of
 */
record CompletionCommand(Shell shell, Supplier<Command> program) implements Command {
  /** The completions of all shells. */
  static Command group(Supplier<Command> program) {
    return new CommandGroup(
        "completion",
        "Print a script that completes commands, flags and files in a shell.",
        Arrays.stream(Shell.values())
            .<Command>map(shell -> new CompletionCommand(shell, program))
            .toList(),
        List.of("Example:", "    " + Shell.BASH.loading()));
  }

  @Override
  public String name() {
    return shell.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String summary() {
    return "Print the script for " + name() + ".";
  }

  @Override
  public List<String> footer() {
    return List.of("Load it into the shell that runs:", "    " + shell.loading());
  }

  @Override
  public int run(GivenFlags flags, ProcessIo process) {
    process.out().print(new CompletionScript(CommandPath.of(program.get())).of(shell));
    return 0;
  }
}
