package io.webidentity.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * The page about compatibility names every flag of the reference, and nothing that is not there.
 */
final class CompatibilityDocumentationTest {
  private static final Path PAGE = Path.of("docs", "compatibility.md");
  private static final Path HELP = Path.of("src", "test", "resources", "cli", "help.txt");

  @Test
  void every_test_that_a_row_names_exists() throws IOException {
    Set<String> tests;
    try (Stream<Path> sources = Files.walk(Path.of("src", "test", "java"))) {
      tests =
          sources
              .map(path -> String.valueOf(path.getFileName()))
              .filter(name -> name.endsWith("Test.java"))
              .map(name -> name.substring(0, name.length() - ".java".length()))
              .collect(Collectors.toSet());
    }

    assertThat(found("`(\\w+Test)`")).isNotEmpty().isSubsetOf(tests);
  }

  @Test
  void every_row_of_a_table_with_tests_names_one() throws IOException {
    assertThat(Files.readAllLines(PAGE))
        .filteredOn(line -> line.startsWith("| ") && !line.endsWith("| test |"))
        .hasSizeGreaterThan(30)
        .allMatch(line -> line.matches(".*\\| (`\\w+Test`(, )?)+ \\|"));
  }

  @Test
  void every_flag_that_the_page_names_is_in_the_help() throws IOException {
    String help = Files.readString(HELP);

    assertThat(found("`(--[a-z_-]+)"))
        .hasSizeGreaterThan(40)
        .allMatch(
            flag -> Pattern.compile("(?<![\\w-])" + flag + "(?![\\w-])").matcher(help).find());
  }

  /** The reference's whole command line; it prints no default that is empty or false. */
  @ParameterizedTest(name = "--{0}")
  @CsvFileSource(resources = "/cli/reference-flags.csv", delimiter = '|', numLinesToSkip = 1)
  void every_flag_of_the_reference_has_a_row_and_its_default(
      String flag, @Nullable String byDefault) throws IOException {
    assertThat(Files.readAllLines(PAGE))
        .anyMatch(line -> line.startsWith("| `-") && line.contains("`--" + flag + "`"));
    assertThat(describedInHelp(flag))
        .matches(
            byDefault == null ? "(?!.* Default: ).*" : ".* Default: " + Pattern.quote(byDefault));
  }

  /** What the help says of a flag, in one line. */
  private static String describedInHelp(String flag) throws IOException {
    Pattern entry =
        Pattern.compile(
            "^  (?:\\S+, )*--" + flag + "(?![\\w-]).*\\n((?: {6}.*\\n|  --.*\\n)*?)(?=  \\S|\\n)",
            Pattern.MULTILINE);
    return entry
        .matcher(Files.readString(HELP))
        .results()
        .map(result -> result.group(1).replaceAll("\\s+", " "))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the help lacks --" + flag))
        .strip();
  }

  private static Set<String> found(String expression) throws IOException {
    return Pattern.compile(expression)
        .matcher(Files.readString(PAGE))
        .results()
        .map((MatchResult result) -> result.group(1))
        .collect(Collectors.toSet());
  }
}
