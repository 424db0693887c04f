package io.webidentity.cli.flag;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A command that does nothing without one of its sub-commands.
 *
 * @param footer what the help says below the flags
 */
public record CommandGroup(
    String name, String summary, List<Command> subcommands, List<String> footer)
    implements Command {
  public CommandGroup {
    subcommands = List.copyOf(subcommands);
    footer = List.copyOf(footer);
  }

  @Override
  public String synopsis() {
    return names("|");
  }

  @Override
  public int run(GivenFlags flags, ProcessIo process) throws UsageException {
    throw new UsageException("%s needs one of %s behind it".formatted(name, names(", ")));
  }

  private String names(String separator) {
    return subcommands.stream().map(Command::name).collect(Collectors.joining(separator));
  }
}
