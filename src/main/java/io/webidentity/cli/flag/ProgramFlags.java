package io.webidentity.cli.flag;

import java.util.List;

/** Flags that ask about the program itself; they have no environment variables. */
public final class ProgramFlags {
  public static final Flag<Boolean> HELP =
      Flag.bool("help", FlagGroup.PROGRAM, false, "Print this help.");
  public static final Flag<Boolean> VERSION =
      Flag.bool("version", FlagGroup.PROGRAM, false, "Print the version.");

  private ProgramFlags() {}

  /** Those of a command: only the program itself has a version. */
  static List<Flag<?>> of(Command command) {
    return command.name().isEmpty() ? List.of(VERSION, HELP) : List.of(HELP);
  }
}
