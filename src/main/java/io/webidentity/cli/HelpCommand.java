package io.webidentity.cli;

import io.webidentity.cli.flag.Command;
import io.webidentity.cli.flag.CommandPath;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.HelpText;
import io.webidentity.cli.flag.Operand;
import io.webidentity.cli.flag.ProcessIo;
import io.webidentity.cli.flag.UsageException;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code webhook help COMMAND...}: the same as the command's {@code --help}.
 *
 * @param program the tree of commands, which this one is part of
 */
record HelpCommand(Supplier<Command> program) implements Command {
  @Override
  public String name() {
    return "help";
  }

  @Override
  public String summary() {
    return "Print the help of the program or of a command, as --help does.";
  }

  @Override
  public List<Operand> operands() {
    return List.of(Operand.any("COMMAND"));
  }

  @Override
  public List<String> footer() {
    return List.of("Example:", "    webhook help inject");
  }

  @Override
  public int run(GivenFlags flags, ProcessIo process) throws UsageException {
    CommandPath path = CommandPath.of(program.get());
    for (String word : flags.operands()) {
      CommandPath parent = path;
      path = parent.child(word).orElseThrow(() -> parent.unexpected(word));
    }
    process.out().print(HelpText.of(path));
    return 0;
  }
}
