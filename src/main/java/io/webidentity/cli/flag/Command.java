package io.webidentity.cli.flag;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** One thing the program can do. */
public interface Command {
  /** The sub-command's name; empty for what the program does without one. */
  String name();

  /** One line: what it does. */
  String summary();

  /** How it is called, for the help. */
  String synopsis();

  /** What the help says below the flags: examples at least. */
  List<String> footer();

  /** The flags it takes beside {@code --help}. */
  List<Flag<?>> flags();

  /** Those of its flags that environment variables can give too. */
  List<Flag<?>> environmentFlags();

  /** Short forms of long flags, by the long flag's name; such as {@code f} of {@code filename}. */
  Map<String, String> shorthands();

  /** Those of its flags that are refused where they stand twice, as the first would be lost. */
  default Set<String> onlyOnce() {
    return Set.of();
  }

  /**
   * Does it.
   *
   * @return the exit code
   * @throws UsageException if the flags or the input are wrong: exit code 2
   */
  int run(GivenFlags flags, Surroundings surroundings) throws UsageException;
}
