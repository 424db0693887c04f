package io.webidentity.cli.flag;

import io.webidentity.cli.flag.GivenFlags.Given;
import io.webidentity.text.NearestName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads arguments by the rules of Go's pflag: {@code --flag=value}, {@code --flag value}, {@code
 * -f=value}, {@code -f value}, {@code -fvalue}; a bare boolean is true and never takes the next
 * word; {@code --} ends the flags. Stricter than pflag, a flag is never the value of the one
 * before. Values stay texts here, so that those of the environment are judged by the same rules and
 * errors can name where a value came from.
 */
public final class ArgumentReader {
  private final CommandPath program;

  /** Reads arguments of this tree of commands. */
  public ArgumentReader(CommandPath program) {
    this.program = program;
  }

  /**
   * What was asked for.
   *
   * @param path the command
   * @param given the flags given on the command line, by their names
   * @param operands the positional arguments, at most as many as the command takes
   */
  public record Arguments(CommandPath path, Map<String, List<Given>> given, List<String> operands) {
    public Arguments {
      given = Map.copyOf(given);
      operands = List.copyOf(operands);
    }

    /** Whether this flag of the program itself was given, such as {@code --help}. */
    public boolean asksFor(Flag<Boolean> flag) throws UsageException {
      return new GivenFlags(given, operands).value(flag);
    }
  }

  /**
   * Reads the arguments.
   *
   * @throws UsageException for an unknown flag or command, a flag without its value, or a word too
   *     many
   */
  public Arguments read(List<String> arguments) throws UsageException {
    Reading reading = new Reading(arguments);
    reading.read();
    return new Arguments(reading.path, reading.given, reading.operands);
  }

  /** One pass over the words. */
  private final class Reading {
    private final List<String> words;
    private final Map<String, List<Given>> given = new HashMap<>();
    private final List<String> operands = new ArrayList<>();
    private CommandPath path = program;
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
      List<Given> all = given.computeIfAbsent(flag.name(), _ -> new ArrayList<>());
      all.add(new Given(flag.dashed(), text));
      if (all.size() > 1 && path.command().onlyOnce().contains(flag.name())) {
        throw new UsageException(
            flag.dashed() + " stands there twice; give it once, naming a folder for many files");
      }
    }

    private void readWord(String word, boolean flagsEnded) throws UsageException {
      Optional<CommandPath> child =
          flagsEnded || !operands.isEmpty() ? Optional.empty() : path.child(word);
      if (child.isPresent()) {
        refuseFlagsBefore(word);
        path = child.get();
      } else if (operands.size() < mostOperands()) {
        operands.add(word);
      } else {
        throw unexpected(word);
      }
    }

    private void refuseFlagsBefore(String word) throws UsageException {
      Optional<Flag<?>> misplaced =
          path.flags().stream().filter(flag -> given.containsKey(flag.name())).findFirst();
      if (misplaced.isPresent()) {
        throw new UsageException(
            "%s stands before %s; write it after that word if %2$s takes it, or leave one of them out"
                .formatted(misplaced.get().dashed(), word));
      }
    }

    private long mostOperands() {
      return path.command().operands().stream().mapToLong(Operand::most).sum();
    }

    private boolean isFlag(String word) {
      return find(word.replaceFirst("(?s)=.*", "")).isPresent();
    }

    /** The flag of the command that is written so, dashes included. */
    private Optional<Flag<?>> find(String written) {
      return path.flags().stream()
          .filter(flag ->
              flag.dashed().equals(written)
                  || path.shorthand(flag).map(letter -> "-" + letter).equals(Optional.of(written)))
          .findFirst();
    }

    private UsageException unexpected(String word) {
      String before = next > 1 ? words.get(next - 2) : "";
      if (find(before).isPresent()) {
        return new UsageException(
            "%s stands bare or has its value behind =; write %1$s=%s"
                .formatted(before, GivenFlags.shown(word)));
      }
      return path.unexpected(word);
    }

    private UsageException unknownFlag(String name) {
      List<String> names =
          path.flags().stream().map(Flag::name).sorted(Comparator.naturalOrder()).toList();
      return new UsageException(
          "unknown flag "
              + GivenFlags.shown(name)
              + NearestName.of(name.replaceFirst("^--?", ""), names)
                  .map(near -> "; did you mean --" + near + "?")
                  .orElse("; " + path.words() + " --help lists the flags"));
    }
  }
}
