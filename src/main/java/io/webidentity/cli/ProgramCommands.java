package io.webidentity.cli;

import io.webidentity.cli.flag.Command;
import io.webidentity.cli.flag.CommandGroup;
import io.webidentity.cli.flag.CommandPath;
import io.webidentity.cli.flag.HelpText;
import io.webidentity.cli.flag.Operand;
import io.webidentity.cli.flag.PlainCommand;
import io.webidentity.cli.flag.ProcessIo;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.server.Version;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The commands about the program itself: {@code completion}, {@code version} and {@code help}.
 *
 * @param program the tree of commands, which these are part of
 */
record ProgramCommands(Supplier<Command> program) {
  /** Label of an operand that names a command. */
  static final String COMMAND = "COMMAND";

  Command completion() {
    return new CommandGroup(
        "completion",
        "Print a script that completes commands, flags and files in a shell.",
        List.of(
            completion("bash", "source <(webhook completion bash)", CompletionScript::bash),
            completion("zsh", "source <(webhook completion zsh)", CompletionScript::zsh),
            completion("fish", "webhook completion fish | source", CompletionScript::fish)),
        List.of("Example:", "    source <(webhook completion bash)"));
  }

  private Command completion(
      String shell, String loading, Function<CompletionScript, String> script) {
    return new PlainCommand(
        shell,
        "Print the script for " + shell + ".",
        List.of(),
        List.of("Load it into the shell that runs:", "    " + loading),
        (_, process) ->
            process.out().print(script.apply(new CompletionScript(CommandPath.of(program.get())))));
  }

  Command version() {
    return new PlainCommand(
        "version",
        "Print the version, as --version does.",
        List.of(),
        List.of(),
        (_, process) -> printVersion(process));
  }

  static void printVersion(ProcessIo process) {
    process.out().println(Version.ofThisBuild().line());
  }

  Command help() {
    return new PlainCommand(
        "help",
        "Print the help of the program or of a command, as --help does.",
        List.of(Operand.any(COMMAND)),
        List.of("Example:", "    webhook help inject"),
        this::printHelp);
  }

  private void printHelp(List<String> words, ProcessIo process) throws UsageException {
    CommandPath path = CommandPath.of(program.get());
    for (String word : words) {
      CommandPath parent = path;
      path = parent.child(word).orElseThrow(() -> parent.unexpected(word));
    }
    process.out().print(HelpText.of(path));
  }
}
