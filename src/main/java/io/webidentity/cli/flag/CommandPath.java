package io.webidentity.cli.flag;

import io.webidentity.text.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A command in the tree of commands.
 *
 * @param commands the way to it: the program, its groups, the command itself
 */
public record CommandPath(List<Command> commands) {
  public CommandPath {
    commands = List.copyOf(commands);
  }

  /** The root of the tree. */
  public static CommandPath of(Command program) {
    return new CommandPath(List.of(program));
  }

  /** The command itself. */
  public Command command() {
    return commands.getLast();
  }

  /** The words that call it, such as {@code webhook completion bash}. */
  public String words() {
    return commands.stream().map(Command::name).collect(Collectors.joining(" "));
  }

  /** How it is called, operands included. */
  String synopsis() {
    Stream<String> operands = command().operands().stream().map(Operand::synopsis);
    return Stream.concat(Stream.of(words(), command().synopsis()), operands)
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /** Its flags and the program's, in the order of the help. */
  public List<Flag<?>> flags() {
    List<Flag<?>> flags = new ArrayList<>(command().flags());
    if (commands.size() == 1) {
      flags.add(ProgramFlags.VERSION);
    }
    flags.add(ProgramFlags.HELP);
    return flags;
  }

  /** The one-letter form of a flag, if it has one; a flag of one letter is its own, as in pflag. */
  public Optional<String> shorthand(Flag<?> flag) {
    return flag.name().length() == 1
        ? Optional.of(flag.name())
        : Optional.ofNullable(command().shorthands().get(flag.name()));
  }

  /** Its sub-commands. */
  public List<CommandPath> children() {
    return command().subcommands().stream()
        .map(one -> new CommandPath(Stream.concat(commands.stream(), Stream.of(one)).toList()))
        .toList();
  }

  /** Itself and everything below it. */
  public Stream<CommandPath> tree() {
    return Stream.concat(Stream.of(this), children().stream().flatMap(CommandPath::tree));
  }

  /** The sub-command of this name. */
  public Optional<CommandPath> child(String name) {
    return children().stream().filter(one -> one.command().name().equals(name)).findFirst();
  }

  /** The complaint about a word that is neither a sub-command nor an operand. */
  public UsageException unexpected(String word) {
    List<String> known = command().subcommands().stream().map(Command::name).toList();
    return new UsageException(
        (known.isEmpty() ? "too many words at " : "unknown command ")
            + GivenFlags.shown(word)
            + NearestName.of(word, known)
                .map(near -> "; did you mean " + near + "?")
                .orElse("; see " + words() + " --help"));
  }

  /**
   * Checks that no operand is missing.
   *
   * @throws UsageException naming the first that is
   */
  public void requireOperands(List<String> given) throws UsageException {
    int left = given.size();
    for (Operand operand : command().operands()) {
      if (left < operand.least()) {
        throw new UsageException(
            "%s needs %s; see %1$s --help".formatted(words(), operand.label()));
      }
      left -= Math.min(left, operand.most());
    }
  }
}
