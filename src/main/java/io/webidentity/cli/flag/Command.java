package io.webidentity.cli.flag;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** One thing the program can do. */
public interface Command {
  /** The word that calls it: the program's name for what the program does without a sub-command. */
  String name();

  /** One line: what it does. */
  String summary();

  /** How it is called, behind its name and before its operands, for the help. */
  default String synopsis() {
    return "";
  }

  /** What the help says below the flags: examples at least. */
  List<String> footer();

  /** The commands below it. */
  default List<Command> subcommands() {
    return List.of();
  }

  /** Its positional arguments; those that may be missing come last. */
  default List<Operand> operands() {
    return List.of();
  }

  /** The flags it takes beside {@code --help}; environment variables give them too. */
  default List<Flag<?>> flags() {
    return List.of();
  }

  /**
   * Those of its flags that environment variables do not give: the server's flag of the same name
   * means something else.
   */
  default Set<String> onlyOnCommandLine() {
    return Set.of();
  }

  /** Short forms of long flags, by the long flag's name; such as {@code f} of {@code filename}. */
  default Map<String, String> shorthands() {
    return Map.of("help", "h");
  }

  /** Those of its flags that are refused where they stand twice, as the first would be lost. */
  default Set<String> onlyOnce() {
    return Set.of();
  }

  /** What its flags have to do with each other; checked before it runs. */
  default List<FlagRule> rules() {
    return List.of();
  }

  /**
   * Does it.
   *
   * @return the exit code
   * @throws UsageException if the flags or the input are wrong: exit code 2
   */
  int run(GivenFlags flags, ProcessIo process) throws UsageException;
}
