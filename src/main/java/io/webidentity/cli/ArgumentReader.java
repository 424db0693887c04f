package io.webidentity.cli;

import io.webidentity.cli.GivenFlags.Given;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Reads arguments with picocli, by the rules of Go's pflag: {@code --flag=value}, {@code --flag
 * value}; a bare boolean is true and never takes the next word; the last of several wins. Values
 * stay texts here, so that those of the environment are judged by the same rules and errors can
 * name where a value came from.
 */
final class ArgumentReader {
  private final CommandLine commandLine;
  private final Map<String, Command> commands = new HashMap<>();

  /**
   * Reads arguments of these commands.
   *
   * @param main what runs without a sub-command
   * @param subcommands the others
   */
  ArgumentReader(Command main, List<Command> subcommands) {
    commandLine = new CommandLine(spec(main).name("webhook"));
    commands.put("", main);
    for (Command subcommand : subcommands) {
      commandLine.addSubcommand(subcommand.name(), spec(subcommand));
      commands.put(subcommand.name(), subcommand);
    }
    commandLine
        .setExpandAtFiles(false)
        .setInterpolateVariables(false)
        .setOverwrittenOptionsAllowed(true)
        .setAllowOptionsAsOptionParameters(false);
  }

  /** What was asked for: a command and the flags given on the command line. */
  record Arguments(Command command, Map<String, Given> given) {
    /** Whether this flag of the program itself was given, such as {@code --help}. */
    boolean asksFor(Flag<Boolean> flag) throws UsageException {
      return new GivenFlags(given).value(flag);
    }
  }

  /**
   * Reads the arguments.
   *
   * @throws UsageException for an unknown flag or command, or a flag without its value
   */
  Arguments read(List<String> arguments) throws UsageException {
    ParseResult result;
    try {
      result = commandLine.parseArgs(arguments.toArray(String[]::new));
    } catch (UnmatchedArgumentException unmatched) {
      throw new UsageException(unmatched(unmatched, arguments));
    } catch (MissingParameterException missing) {
      throw new UsageException(missingValue(missing, missing.getMissing()));
    } catch (ParameterException other) {
      ArgSpec argument = other.getArgSpec();
      throw new UsageException(
          missingValue(other, argument == null ? List.of() : List.of(argument)));
    }
    if (!result.hasSubcommand()) {
      return new Arguments(command(""), given(result));
    }
    ParseResult sub = result.subcommand();
    if (!result.matchedOptions().isEmpty()) {
      throw new UsageException(
          "%s stands before %s; write it after that word if %2$s takes it, or leave one of them out"
              .formatted(
                  result.matchedOptions().getFirst().longestName(), sub.commandSpec().name()));
    }
    return new Arguments(command(sub.commandSpec().name()), given(sub));
  }

  /** The usage of a command, for the help. */
  CommandSpec spec(String name) {
    return name.isEmpty()
        ? commandLine.getCommandSpec()
        : commandLine.getSubcommands().get(name).getCommandSpec();
  }

  private Command command(String name) {
    Command found = commands.get(name);
    if (found == null) {
      throw new IllegalStateException("no command " + name);
    }
    return found;
  }

  private static Map<String, Given> given(ParseResult result) {
    Map<String, Given> given = new HashMap<>();
    for (OptionSpec option : result.matchedOptions()) {
      String name = (String) option.userObject();
      given.put(name, new Given("--" + name, String.valueOf((Object) option.getValue())));
    }
    return given;
  }

  private static CommandSpec spec(Command command) {
    CommandSpec spec = CommandSpec.create();
    List<Flag<?>> flags = new ArrayList<>(command.flags());
    flags.addAll(ProgramFlags.of(command));
    for (Flag<?> flag : flags) {
      spec.addOption(option(flag, command.shorthands().get(flag.name())));
    }
    return spec;
  }

  private static OptionSpec option(Flag<?> flag, @Nullable String shorthand) {
    List<String> names = new ArrayList<>(List.of(flag.dashed()));
    if (shorthand != null) {
      names.addFirst("-" + shorthand);
    } else if (flag.name().length() == 1) {
      names.addFirst("-" + flag.name());
    }
    OptionSpec.Builder builder =
        OptionSpec.builder(names.toArray(String[]::new))
            .userObject(flag.name())
            .type(String.class)
            .description(HelpText.described(flag));
    if (flag.mayStandBare()) {
      return builder
          .arity("0..1")
          .hideParamSyntax(true)
          .paramLabel("")
          .preprocessor(
              (words, _, _, details) -> {
                if (!details.containsKey("separator")) {
                  words.push("true");
                }
                return false;
              })
          .build();
    }
    return builder.arity("1").paramLabel(flag.label()).build();
  }

  private static String missingValue(ParameterException thrown, List<ArgSpec> arguments) {
    return arguments.stream()
        .filter(OptionSpec.class::isInstance)
        .map(argument -> ((OptionSpec) argument))
        .findFirst()
        .map(
            option ->
                "%s needs a value; give it as %1$s=%s"
                    .formatted(option.longestName(), option.paramLabel()))
        .orElseGet(() -> String.valueOf(thrown.getMessage()).lines().findFirst().orElse(""));
  }

  private String unmatched(UnmatchedArgumentException thrown, List<String> arguments) {
    String word = thrown.getUnmatched().getFirst();
    CommandSpec spec = thrown.getCommandLine().getCommandSpec();
    if (word.startsWith("-") && word.length() > 1) {
      return unknownFlag(word, spec);
    }
    int index = arguments.indexOf(word);
    String before = index > 0 ? arguments.get(index - 1) : "";
    OptionSpec flag = spec.findOption(before);
    if (flag != null) {
      return "%s stands bare or has its value behind =; write %1$s=%s"
          .formatted(before, GivenFlags.shown(word));
    }
    boolean known = !spec.subcommands().isEmpty();
    return (known ? "unknown command " : "too many words at ")
        + GivenFlags.shown(word)
        + NearestName.of(word, spec.subcommands().keySet())
            .map(near -> "; did you mean " + near + "?")
            .orElse("; see " + spec.qualifiedName() + " --help");
  }

  private static String unknownFlag(String word, CommandSpec spec) {
    String name = word.replaceFirst("=.*", "");
    String bare = name.replaceFirst("^--?", "");
    List<String> names =
        spec.options().stream()
            .flatMap(option -> Arrays.stream(option.names()))
            .filter(known -> known.startsWith("--"))
            .map(known -> known.substring(2))
            .sorted(Comparator.naturalOrder())
            .toList();
    return "unknown flag "
        + GivenFlags.shown(name)
        + NearestName.of(bare, names)
            .map(near -> "; did you mean --" + near + "?")
            .orElse("; " + spec.qualifiedName() + " --help lists the flags");
  }
}
