package io.webidentity.cli.flag;

import io.webidentity.cli.flag.GivenFlags.Given;
import io.webidentity.config.NearestName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads arguments by the rules of Go's pflag: {@code --flag=value}, {@code --flag value}, {@code
 * -f=value}, {@code -f value}, {@code -fvalue}; a bare boolean is true and never takes the next
 * word; the last of several wins; {@code --} ends the flags. Stricter than pflag, a flag is never
 * the value of the one before. Values stay texts here, so that those of the environment are judged
 * by the same rules and errors can name where a value came from.
 */
public final class ArgumentReader {
  private static final String PROGRAM = "webhook";

  private final Command main;
  private final List<Command> subcommands;

  /**
   * Reads arguments of these commands.
   *
   * @param main what runs without a sub-command
   * @param subcommands the others
   */
  public ArgumentReader(Command main, List<Command> subcommands) {
    this.main = main;
    this.subcommands = List.copyOf(subcommands);
  }

  /**
   * What was asked for.
   *
   * @param command the command
   * @param given the flags given on the command line
   */
  public record Arguments(Command command, Map<String, Given> given) {
    /** Whether this flag of the program itself was given, such as {@code --help}. */
    public boolean asksFor(Flag<Boolean> flag) throws UsageException {
      return new GivenFlags(given).value(flag);
    }
  }

  /**
   * Reads the arguments.
   *
   * @throws UsageException for an unknown flag or command, or a flag without its value
   */
  public Arguments read(List<String> arguments) throws UsageException {
    Reading reading = new Reading(arguments);
    reading.read();
    return new Arguments(reading.command, reading.given);
  }

  /** The one-letter form of a flag, if it has one; a flag of one letter is its own, as in pflag. */
  static Optional<String> shorthand(Command command, Flag<?> flag) {
    return flag.name().length() == 1
        ? Optional.of(flag.name())
        : Optional.ofNullable(command.shorthands().get(flag.name()));
  }

  private static List<Flag<?>> flags(Command command) {
    List<Flag<?>> flags = new ArrayList<>(command.flags());
    flags.addAll(ProgramFlags.of(command));
    return flags;
  }

  /** One pass over the words. */
  private final class Reading {
    private final List<String> words;
    private final Map<String, Given> given = new HashMap<>();
    private Command command = main;
    private int next;

    Reading(List<String> words) {
      this.words = words;
    }

    void read() throws UsageException {
      boolean flagsEnded = false;
      while (next < words.size()) {
        String word = words.get(next++);
        boolean flag = !flagsEnded && word.startsWith("-") && word.length() > 1;
        if (flag && word.equals("--")) {
          flagsEnded = true;
        } else if (flag && word.startsWith("--")) {
          readLong(word);
        } else if (flag) {
          readShort(word);
        } else {
          readWord(word, flagsEnded);
        }
      }
    }

    private void readLong(String word) throws UsageException {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      Flag<?> flag = find(name).orElseThrow(() -> unknownFlag(name));
      take(flag, equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1)));
    }

    /** One letter and its value, or several letters of which the last may have one. */
    private void readShort(String word) throws UsageException {
      for (int letter = 1; letter < word.length(); letter++) {
        Flag<?> flag =
            find("-" + word.charAt(letter))
                .orElseThrow(() -> unknownFlag(word.replaceFirst("(?s)=.*", "")));
        String rest = word.substring(letter + 1);
        if (rest.startsWith("=")) {
          take(flag, Optional.of(rest.substring(1)));
          return;
        }
        if (!flag.mayStandBare() && !rest.isEmpty()) {
          take(flag, Optional.of(rest));
          return;
        }
        take(flag, Optional.empty());
      }
    }

    private void take(Flag<?> flag, Optional<String> attached) throws UsageException {
      String text;
      if (attached.isPresent()) {
        text = attached.get();
      } else if (flag.mayStandBare()) {
        text = "true";
      } else if (next < words.size() && !isFlag(words.get(next))) {
        text = words.get(next++);
      } else {
        throw new UsageException(
            "%s needs a value; give it as %1$s=%s".formatted(flag.dashed(), flag.label()));
      }
      Given before = given.put(flag.name(), new Given(flag.dashed(), text));
      if (before != null && command.onlyOnce().contains(flag.name())) {
        throw new UsageException(
            flag.dashed() + " stands there twice; give it once, naming a folder for many files");
      }
    }

    private void readWord(String word, boolean flagsEnded) throws UsageException {
      Optional<Command> subcommand =
          command.equals(main) && !flagsEnded
              ? subcommands.stream().filter(one -> one.name().equals(word)).findFirst()
              : Optional.empty();
      if (subcommand.isEmpty()) {
        throw unexpected(word);
      }
      Optional<Flag<?>> misplaced =
          flags(main).stream().filter(flag -> given.containsKey(flag.name())).findFirst();
      if (misplaced.isPresent()) {
        throw new UsageException(
            "%s stands before %s; write it after that word if %2$s takes it, or leave one of them out"
                .formatted(misplaced.get().dashed(), word));
      }
      command = subcommand.get();
    }

    private boolean isFlag(String word) {
      return find(word.replaceFirst("(?s)=.*", "")).isPresent();
    }

    /** The flag of the command that is written so, dashes included. */
    private Optional<Flag<?>> find(String written) {
      return flags(command).stream()
          .filter(flag ->
              flag.dashed().equals(written)
                  || shorthand(command, flag)
                      .map(letter -> "-" + letter)
                      .equals(Optional.of(written)))
          .findFirst();
    }

    private UsageException unexpected(String word) {
      String before = next > 1 ? words.get(next - 2) : "";
      if (find(before).isPresent()) {
        return new UsageException(
            "%s stands bare or has its value behind =; write %1$s=%s"
                .formatted(before, GivenFlags.shown(word)));
      }
      Stream<Command> known = command.equals(main) ? subcommands.stream() : Stream.empty();
      return new UsageException(
          (command.equals(main) ? "unknown command " : "too many words at ")
              + GivenFlags.shown(word)
              + NearestName.of(word, known.map(Command::name).toList())
                  .map(near -> "; did you mean " + near + "?")
                  .orElse("; see " + qualifiedName() + " --help"));
    }

    private UsageException unknownFlag(String name) {
      List<String> names =
          flags(command).stream().map(Flag::name).sorted(Comparator.naturalOrder()).toList();
      return new UsageException(
          "unknown flag "
              + GivenFlags.shown(name)
              + NearestName.of(name.replaceFirst("^--?", ""), names)
                  .map(near -> "; did you mean --" + near + "?")
                  .orElse("; " + qualifiedName() + " --help lists the flags"));
    }

    private String qualifiedName() {
      return command.equals(main) ? PROGRAM : PROGRAM + " " + command.name();
    }
  }
}
