package io.webidentity.cli.flag;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code --help} prints: what the command does, its flags by group, examples at the end. */
public final class HelpText {
  private static final int WIDTH = 90;

  private final CommandPath path;
  private final StringBuilder text = new StringBuilder();

  private HelpText(CommandPath path) {
    this.path = path;
  }

  /** The help of a command. */
  public static String of(CommandPath path) {
    HelpText help = new HelpText(path);
    help.write();
    return help.text.toString();
  }

  private void write() {
    List<CommandPath> children = path.children();
    line(path.command().summary());
    line("");
    line("Usage:");
    line("  " + path.synopsis());
    if (path.commands().size() == 1) {
      children.forEach(child -> line("  " + child.synopsis()));
    }
    if (!children.isEmpty()) {
      line("");
      line("Commands, each with a --help of its own:");
      path.command().subcommands().forEach(one -> entry(one.name(), one.summary()));
    }
    write("Most used", path.flags().stream().filter(Flag::common).toList());
    for (FlagGroup group : FlagGroup.values()) {
      write(
          group.heading(),
          path.flags().stream().filter(flag -> flag.group() == group && !flag.common()).toList());
    }
    if (!path.command().footer().isEmpty()) {
      line("");
    }
    path.command().footer().forEach(this::line);
  }

  private void write(String heading, List<Flag<?>> flags) {
    if (flags.isEmpty()) {
      return;
    }
    line("");
    line(heading + ":");
    if (flags.getFirst().group() == FlagGroup.IGNORED) {
      String names = flags.stream().map(Flag::dashed).collect(Collectors.joining(", "));
      entry(
          names,
          "Flags of amazon-eks-pod-identity-webhook and of klog, which change nothing here.");
    } else {
      flags.forEach(flag -> entry(signature(flag), described(flag)));
    }
  }

  private String signature(Flag<?> flag) {
    String shorthand = path.shorthand(flag).map(s -> "-" + s + ", ").orElse("");
    String value = flag.mayStandBare() ? "" : " " + flag.label();
    return shorthand + flag.dashed() + value;
  }

  private static String described(Flag<?> flag) {
    return flag.byDefault()
        .filter(text -> !text.equals("false"))
        .map(text -> flag.description() + " Default: " + text)
        .orElse(flag.description());
  }

  private void entry(String signature, String description) {
    wrapped("  ", signature);
    wrapped("      ", description);
  }

  private void wrapped(String indent, String words) {
    List<String> row = new ArrayList<>();
    int length = indent.length();
    for (String word : words.split(" ", -1)) {
      if (!row.isEmpty() && length + word.length() > WIDTH) {
        line(indent + String.join(" ", row));
        row.clear();
        length = indent.length();
      }
      row.add(word);
      length += word.length() + 1;
    }
    line(indent + String.join(" ", row));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
