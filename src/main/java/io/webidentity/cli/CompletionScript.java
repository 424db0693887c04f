package io.webidentity.cli;

import io.webidentity.cli.flag.Command;
import io.webidentity.cli.flag.CommandPath;
import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.FlagGroup;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Scripts that complete the command line, made of the tables of commands and flags. They are
 * static: a shell that completes never starts the program.
 *
 * @param program all commands
 */
record CompletionScript(CommandPath program) {
  private static final String BASH =
      """
      _webhook() {
        local called files candidates assigned=
        local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"
        if [ "$current" = = ]; then
          current= assigned=yes
        elif [ "$before" = = ]; then
          before="${COMP_WORDS[COMP_CWORD-2]}" assigned=yes
        fi
        _webhook_called "${COMP_WORDS[@]:1:COMP_CWORD-1}"
        _webhook_candidates "$before"
        if [ -n "$files" ]; then
          local IFS=$'\\n'
          COMPREPLY=($(compgen -f -- "$current"))
        else
          COMPREPLY=($(compgen -W "$candidates" -- "$current"))
        fi
      }
      complete -o filenames -F _webhook webhook
      """;

  private static final String ZSH =
      """
      _webhook() {
        local called files candidates assigned= before="$words[CURRENT-1]"
        if [[ $PREFIX == --*=* ]]; then
          before="${PREFIX%%=*}" assigned=yes
          compset -P '*='
        fi
        _webhook_called "${(@)words[2,CURRENT-1]}"
        _webhook_candidates "$before"
        if [[ -n $files ]]; then
          _files
        else
          compadd -- ${=candidates}
        fi
      }
      if [[ $funcstack[1] == _webhook ]]; then _webhook; else compdef _webhook webhook; fi
      """;

  String bash() {
    return tables() + BASH;
  }

  String zsh() {
    return "#compdef webhook\n" + tables() + ZSH;
  }

  /** For bash and zsh: which command is called, and what may follow the word before. */
  private String tables() {
    Stream<String> words =
        program
            .tree()
            .flatMap(path -> flags(path).filter(flag -> !flag.words().isEmpty()))
            .distinct()
            .map(flag ->
                "    %s) candidates='%s'; return ;;"
                    .formatted(forms(flag::equals), String.join(" ", flag.words())));
    Stream<String> candidates =
        program
            .tree()
            .map(path ->
                "    '%s') candidates='%s' ;;"
                    .formatted(path.words(), String.join(" ", candidates(path))));
    return """
    _webhook_called() {
      local word
      called=webhook
      for word in "$@"; do
        case "$called $word" in
          %s) called="$called $word" ;;
          *) return ;;
        esac
      done
    }
    _webhook_candidates() {
      files= candidates=
      case "$1" in
        %s) files=yes; return ;;
    %s    %s) return ;;
        %s) if [ -n "$assigned" ]; then candidates='true false'; return; fi ;;
      esac
      case "$called" in
    %s  esac
    }
    """
        .formatted(
            subcommands("|"),
            forms(Flag::takesFile),
            lines(words),
            forms(flag -> !flag.mayStandBare()),
            forms(Flag::mayStandBare),
            lines(candidates));
  }

  private List<String> candidates(CommandPath path) {
    return Stream.concat(
            words(path).map(Command::name), flags(path).flatMap(flag -> forms(path, flag)))
        .distinct()
        .toList();
  }

  /** Its sub-commands, and all commands where an operand names one. */
  private Stream<Command> words(CommandPath path) {
    boolean takesCommand =
        path.command().operands().stream()
            .anyMatch(operand -> operand.label().equals(ProgramCommands.COMMAND));
    return (takesCommand ? program : path).command().subcommands().stream();
  }

  /** The calls of all sub-commands, quoted. */
  private String subcommands(String separator) {
    return program
        .tree()
        .skip(1)
        .map(path -> quoted(path.words()))
        .collect(Collectors.joining(separator));
  }

  /** The flags of this kind, as they are written, for a {@code case}. */
  private String forms(Predicate<Flag<?>> kind) {
    return program
        .tree()
        .flatMap(path -> flags(path).filter(kind).flatMap(flag -> forms(path, flag)))
        .distinct()
        .collect(Collectors.joining("|"));
  }

  private static Stream<String> forms(CommandPath path, Flag<?> flag) {
    return Stream.concat(
        Stream.of(flag.dashed()), path.shorthand(flag).stream().map(letter -> "-" + letter));
  }

  /** Nobody wants to be offered a flag that changes nothing. */
  private static Stream<Flag<?>> flags(CommandPath path) {
    return path.flags().stream().filter(flag -> flag.group() != FlagGroup.IGNORED);
  }

  String fish() {
    String called =
        """
        function __webhook_called
          set -l called webhook
          for word in (commandline -opc)[2..]
            contains -- "$called $word" %s; or break
            set called "$called $word"
          end
          test "$called" = "$argv"
        end
        complete -c webhook -f
        """
            .formatted(subcommands(" "));
    return called + lines(program.tree().flatMap(this::fish));
  }

  private Stream<String> fish(CommandPath path) {
    String start = "complete -c webhook -n '__webhook_called %s' ".formatted(path.words());
    return Stream.concat(
        words(path).map(one -> start + "-a " + one.name() + " -d " + quoted(one.summary())),
        flags(path)
            .map(flag ->
                start
                    + "-l "
                    + flag.name()
                    + path.shorthand(flag).map(letter -> " -s " + letter).orElse("")
                    + fishValue(flag)
                    + " -d "
                    + quoted(flag.description())));
  }

  private static String fishValue(Flag<?> flag) {
    if (flag.mayStandBare()) {
      return "";
    }
    if (flag.takesFile()) {
      return " -r -F";
    }
    return flag.words().isEmpty() ? " -x" : " -x -a " + quoted(String.join(" ", flag.words()));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  private static String lines(Stream<String> lines) {
    return lines.map(line -> line + "\n").collect(Collectors.joining());
  }
}
