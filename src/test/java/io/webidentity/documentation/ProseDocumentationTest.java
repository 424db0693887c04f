package io.webidentity.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The part of the rules for prose that needs no judgement: length of lines, and words. */
final class ProseDocumentationTest {
  private static final int LONGEST_LINE = 100;

  private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^ *```.*?^ *```$");
  private static final Pattern CODE = Pattern.compile("`[^`]*`");

  /** A word, with each code and link in it: a line cannot be broken within. */
  private static final Pattern UNBREAKABLE =
      Pattern.compile("(?: *(?:[-*]|\\d+\\.))? *(?:`[^`]*`|\\[[^]]*]\\([^)]*\\)|\\S)+");

  /** Words for which Kubernetes' documentation has other ones. */
  private static final Pattern FORBIDDEN =
      Pattern.compile(
          "(?i)\\b(?:said|told|anew|in the place of|what it is asked|surroundings|in its stead)\\b");

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(Path.of("docs"))) {
      List<Path> pages = docs.filter(file -> file.toString().endsWith(".md")).sorted().toList();
      return Stream.concat(
          Stream.of("README.md", "CONTRIBUTING.md", "SECURITY.md").map(Path::of), pages.stream());
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void lines_of_prose_are_short(Path page) throws IOException {
    assertThat(longLines(Files.readString(page))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void words_are_those_of_kubernetes(Path page) throws IOException {
    assertThat(forbiddenWords(Files.readString(page))).isEmpty();
  }

  @Test
  void a_line_that_can_be_broken_is_found() {
    String link = "[a page](https://docs.example/" + "a".repeat(LONGEST_LINE) + ")";

    assertThat(longLines("- see " + link)).containsExactly("- see " + link);
    assertThat(longLines("- " + link + ",\n| see " + link + " |\n```\nsee " + link + "\n```\n"))
        .isEmpty();
  }

  @Test
  void a_word_is_found_across_lines_and_not_in_code() {
    assertThat(forbiddenWords("| told |\nput in the\nplace of")).hasSize(2);
    assertThat(forbiddenWords("`told`\n```\ntold\n```\n")).isEmpty();
  }

  private static List<String> longLines(String page) {
    return CODE_BLOCK
        .matcher(page)
        .replaceAll("")
        .lines()
        .filter(line -> line.codePointCount(0, line.length()) > LONGEST_LINE)
        .filter(line -> !line.strip().startsWith("|") && !line.startsWith("<!--"))
        .filter(line -> !UNBREAKABLE.matcher(line).matches())
        .toList();
  }

  private static List<String> forbiddenWords(String page) {
    String prose = CODE.matcher(CODE_BLOCK.matcher(page).replaceAll("")).replaceAll("");
    return FORBIDDEN
        .matcher(prose.replaceAll("\\s+", " "))
        .results()
        .map(MatchResult::group)
        .toList();
  }
}
