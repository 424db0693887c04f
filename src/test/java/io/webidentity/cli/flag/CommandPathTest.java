package io.webidentity.cli.flag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webidentity.cli.flag.ArgumentReader.Arguments;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tree of commands with operands: {@code webhook policy lint FILE [MORE ...]}. */
class CommandPathTest {
  private static final Command LINT =
      new PlainCommand(
          "lint",
          "",
          List.of(Operand.one("FILE"), new Operand("MORE", 0, 2)),
          List.of(),
          (_, _) -> {});
  private static final CommandPath PROGRAM =
      CommandPath.of(
          new CommandGroup(
              "webhook",
              "",
              List.of(new CommandGroup("policy", "", List.of(LINT), List.of())),
              List.of()));

  @Test
  void operands_stand_behind_the_command_and_are_shown_in_its_synopsis() throws Exception {
    Arguments arguments = read("policy", "lint", "a.json", "--", "--help");
    assertThat(arguments.path().words()).isEqualTo("webhook policy lint");
    assertThat(arguments.path().synopsis()).isEqualTo("webhook policy lint FILE [MORE ...]");
    assertThat(arguments.operands()).containsExactly("a.json", "--help");
    assertThat(arguments.asksFor(ProgramFlags.HELP)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "policy lint | webhook policy lint needs FILE; see webhook policy lint --help",
        "policy lint a b c d | too many words at d; see webhook policy lint --help",
        "policy lnt | unknown command lnt; did you mean lint?",
        "policy a.json | unknown command a.json; see webhook policy --help",
        "policy --help lint | --help stands before lint; write it after that word if lint takes it,"
            + " or leave one of them out",
        "policy | policy needs one of lint behind it",
      })
  void a_wrong_count_or_word_is_refused(String words, String sentence) {
    assertThatThrownBy(() -> run(words.split(" ", -1)))
        .isInstanceOf(UsageException.class)
        .hasMessage(sentence);
  }

  private static Arguments read(String... words) throws UsageException {
    return new ArgumentReader(PROGRAM).read(List.of(words));
  }

  private static void run(String... words) throws UsageException {
    Arguments arguments = read(words);
    arguments.path().requireOperands(arguments.operands());
    GivenFlags flags = new GivenFlags(arguments.given(), arguments.operands());
    arguments.path().command().run(flags, ProcessIo.ofThisProcess());
  }
}
