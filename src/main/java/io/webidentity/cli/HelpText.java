package io.webidentity.cli;

import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What {@code --help} prints: what the command does, its flags by group, examples at the end. */
final class HelpText {
  private static final int WIDTH = 100;
  private static final int LONG_OPTIONS_COLUMN = 48;

  private final Command command;
  private final CommandSpec spec;
  private final List<Command> subcommands;

  /** Of a command whose flags picocli knows by {@code spec}. */
  HelpText(Command command, CommandSpec spec, List<Command> subcommands) {
    this.command = command;
    this.spec = spec;
    this.subcommands = List.copyOf(subcommands);
  }

  /** A flag's description, with its default. */
  static String described(Flag<?> flag) {
    boolean switchedOff = flag.mayStandBare() && flag.byDefault().orElse("").equals("false");
    return flag.byDefault()
        .filter(_ -> !switchedOff)
        .map(text -> flag.description() + " Default: " + text + ".")
        .orElse(flag.description());
  }

  String text() {
    StringBuilder text = new StringBuilder();
    line(text, command.summary());
    line(text, "");
    line(text, "Usage: " + command.synopsis());
    if (!subcommands.isEmpty()) {
      line(text, "");
      line(text, "Commands (each has its own --help):");
      for (Command subcommand : subcommands) {
        line(text, "  %-10s %s".formatted(subcommand.name(), subcommand.summary()));
      }
    }
    for (FlagGroup group : FlagGroup.values()) {
      append(text, group);
    }
    line(text, "");
    command.footer().forEach(footer -> line(text, footer));
    return text.toString();
  }

  private void append(StringBuilder text, FlagGroup group) {
    List<Flag<?>> flags =
        java.util.stream.Stream.concat(
                command.flags().stream(), ProgramFlags.of(command).stream())
            .filter(flag -> flag.group() == group)
            .toList();
    if (flags.isEmpty()) {
      return;
    }
    line(text, "");
    line(text, group.heading() + ":");
    if (group == FlagGroup.IGNORED) {
      line(text, "  " + "klog's flags, which change nothing here.");
    }
    Predicate<OptionSpec> listed =
        option -> flags.stream().anyMatch(flag -> flag.name().equals(option.userObject()));
    Help help = new Help(spec, Help.defaultColorScheme(Help.Ansi.OFF));
    Help.Layout layout = layout(help);
    layout.addOptions(
        spec.options().stream().filter(listed).toList(), help.parameterLabelRenderer());
    layout.toString().lines().map(String::stripTrailing).forEach(row -> line(text, row));
  }

  private static Help.Layout layout(Help help) {
    return help.createDefaultLayout();
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }
}
