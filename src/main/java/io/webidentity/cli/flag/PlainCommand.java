package io.webidentity.cli.flag;

import java.util.List;

/**
 * A command without flags that only prints.
 *
 * @param action prints
 */
public record PlainCommand(
    String name, String summary, List<Operand> operands, List<String> footer, Action action)
    implements Command {
  public PlainCommand {
    operands = List.copyOf(operands);
    footer = List.copyOf(footer);
  }

  /** What the command prints. */
  @FunctionalInterface
  public interface Action {
    /** Prints, or complains about the operands. */
    void print(List<String> operands, ProcessIo process) throws UsageException;
  }

  @Override
  public int run(GivenFlags flags, ProcessIo process) throws UsageException {
    action.print(flags.operands(), process);
    return 0;
  }
}
