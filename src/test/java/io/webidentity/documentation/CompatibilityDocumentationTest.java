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
import org.junit.jupiter.api.Test;

/** What the page about compatibility names is there: its tests, and its flags in the help. */
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
  void every_flag_that_is_the_same_is_in_the_help() throws IOException {
    String help = Files.readString(HELP);
    Set<String> flags = found("`(--[a-z-]+)`");

    assertThat(flags)
        .hasSizeGreaterThan(20)
        .allMatch(flag ->
            help.contains("  " + flag + "\n")
                || help.contains("  " + flag + " ")
                || help.contains(", " + flag + " "));
  }

  private static Set<String> found(String expression) throws IOException {
    return Pattern.compile(expression)
        .matcher(Files.readString(PAGE))
        .results()
        .map((MatchResult result) -> result.group(1))
        .collect(Collectors.toSet());
  }
}
