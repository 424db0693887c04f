package io.webidentity.cli;

import io.webidentity.cli.GivenFlags.Given;
import io.webidentity.config.NearestName;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  static {
    link(MissingParameterException.class);
    link(UnmatchedArgumentException.class);
  }

  private final CommandLine commandLine;

  /**
   * Reads arguments of these commands.
   *
   * @param main what runs without a sub-command
   * @param subcommands the others
   */
  ArgumentReader(Command main, List<Command> subcommands) {
    commandLine = new CommandLine(spec(main).name("webhook"));
    for (Command subcommand : subcommands) {
      commandLine.addSubcommand(subcommand.name(), spec(subcommand));
    }
    commandLine
        .setExpandAtFiles(false)
        .setInterpolateVariables(false)
        .setOverwrittenOptionsAllowed(true)
        .setAllowOptionsAsOptionParameters(false);
  }

  /**
   * Links an exception class that an orderly start only names. The AOT cache takes linked classes,
   * and leaves out those whose verification names others: picocli's own among them, a fifth of a
   * start's time.
   */
  private static void link(Class<? extends ParameterException> exception) {
    try {
      MethodHandles.lookup().ensureInitialized(exception);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("picocli's exceptions are public", e);
    }
  }

  /**
   * What was asked for.
   *
   * @param command the command
   * @param given the flags given on the command line
   */
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
      return arguments(result);
    }
    ParseResult sub = result.subcommand();
    if (!result.matchedOptions().isEmpty()) {
      throw new UsageException(
          "%s stands before %s; write it after that word if %2$s takes it, or leave one of them out"
              .formatted(
                  result.matchedOptions().getFirst().longestName(), sub.commandSpec().name()));
    }
    return arguments(sub);
  }

  private static Arguments arguments(ParseResult result) throws UsageException {
    Command command = (Command) result.commandSpec().userObject();
    for (OptionSpec option : result.matchedOptions()) {
      if (option.stringValues().size() > 1
          && command.onlyOnce().contains((String) option.userObject())) {
        throw new UsageException(
            option.longestName()
                + " stands there twice; give it once, naming a folder for many files");
      }
    }
    return new Arguments(command, given(result));
  }

  private static Map<String, Given> given(ParseResult result) {
    Map<String, Given> given = new HashMap<>();
    for (OptionSpec option : result.matchedOptions()) {
      String name = (String) option.userObject();
      String text = option.getValue();
      given.put(name, new Given("--" + name, text));
    }
    return given;
  }

  private static CommandSpec spec(Command command) {
    CommandSpec spec = CommandSpec.wrapWithoutInspection(command);
    List<Flag<?>> flags = new ArrayList<>(command.flags());
    flags.addAll(ProgramFlags.of(command));
    for (Flag<?> flag : flags) {
      spec.addOption(option(command, flag));
    }
    return spec;
  }

  /** The one-letter form of a flag, if it has one; a flag of one letter is its own, as in pflag. */
  static Optional<String> shorthand(Command command, Flag<?> flag) {
    return flag.name().length() == 1
        ? Optional.of(flag.name())
        : Optional.ofNullable(command.shorthands().get(flag.name()));
  }

  private static OptionSpec option(Command command, Flag<?> flag) {
    List<String> names = new ArrayList<>(List.of(flag.dashed()));
    shorthand(command, flag).ifPresent(letter -> names.add("-" + letter));
    OptionSpec.Builder builder =
        OptionSpec.builder(names.toArray(String[]::new)).userObject(flag.name()).type(String.class);
    if (flag.mayStandBare()) {
      return builder
          .arity("0..1")
          .preprocessor((words, _, _, details) -> {
            if (!"=".equals(details.get("separator"))) {
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
        .map(option ->
            "%s needs a value; give it as %1$s=%s"
                .formatted(option.longestName(), option.paramLabel()))
        .orElseGet(() -> String.valueOf(thrown.getMessage()).lines().findFirst().orElse(""));
  }

  private String unmatched(UnmatchedArgumentException thrown, List<String> arguments) {
    String word = thrown.getUnmatched().getFirst();
    CommandSpec spec = thrown.getCommandLine().getCommandSpec();
    int index = arguments.indexOf(word);
    boolean afterDashes = arguments.subList(0, Math.max(index, 0)).contains("--");
    if (word.startsWith("-") && word.length() > 1 && !afterDashes) {
      return unknownFlag(word, spec);
    }
    String before = index > 0 ? arguments.get(index - 1) : "";
    OptionSpec flag = spec.findOption(before);
    if (flag != null) {
      return "%s stands bare or has its value behind =; write %1$s=%s"
          .formatted(before, GivenFlags.shown(word));
    }
    boolean known = spec.parent() == null;
    return (known ? "unknown command " : "too many words at ")
        + GivenFlags.shown(word)
        + NearestName.of(word, spec.subcommands().keySet())
            .map(near -> "; did you mean " + near + "?")
            .orElse("; see " + spec.qualifiedName() + " --help");
  }

  private static String unknownFlag(String word, CommandSpec spec) {
    String name = word.replaceFirst("(?s)=.*", "");
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
