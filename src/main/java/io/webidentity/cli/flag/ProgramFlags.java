package io.webidentity.cli.flag;

/** Flags that ask about the program itself; they have no environment variables. */
public final class ProgramFlags {
  public static final Flag<Boolean> HELP =
      Flag.bool("help", FlagGroup.PROGRAM, false, "Print this help.");

  /** Of the program only: its commands have no version of their own. */
  public static final Flag<Boolean> VERSION =
      Flag.bool("version", FlagGroup.PROGRAM, false, "Print the version.");

  private ProgramFlags() {}
}
