package io.webidentity.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links of every page lead to a file that is there, and to a heading of it. */
class LinksDocumentationTest {
  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s#]*)(?:#([^)\\s]*))?\\)");
  private static final Pattern CODE =
      Pattern.compile("(?ms)^ *```.*?^ *```$|`[^`\n]*`", Pattern.MULTILINE);
  private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern ID = Pattern.compile("<a id=\"([^\"]+)\">");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*?) *$");

  static Stream<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (Path top :
        List.of(
            ROOT.resolve("docs"),
            ROOT.resolve("charts"),
            ROOT.resolve("manifests"),
            ROOT.resolve("webhook"),
            ROOT.resolve("certs"))) {
      try (Stream<Path> files = Files.walk(top)) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
      }
    }
    try (Stream<Path> files = Files.list(ROOT)) {
      files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    return pages.stream();
  }

  @Test
  void the_readme_and_the_docs_are_among_the_pages() throws IOException {
    assertThat(pages())
        .contains(ROOT.resolve("README.md"), ROOT.resolve("docs").resolve("contract.md"));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void links_lead_somewhere(Path page) throws IOException {
    List<String> dead = new ArrayList<>();
    Matcher link = LINK.matcher(CODE.matcher(Files.readString(page)).replaceAll(""));
    while (link.find()) {
      if (!link.group(1).contains(":") && !leadsSomewhere(page, link.group(1), link.group(2))) {
        dead.add(link.group());
      }
    }

    assertThat(dead).isEmpty();
  }

  private static boolean leadsSomewhere(Path page, String file, String anchor) throws IOException {
    Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
    return Files.exists(target) && (anchor == null || anchors(target).contains(anchor));
  }

  /** As GitHub makes them of headings: a second one of a name has a number behind it. */
  private static Set<String> anchors(Path page) throws IOException {
    String text = CODE_BLOCK.matcher(Files.readString(page)).replaceAll("");
    Set<String> anchors =
        ID.matcher(text).results().map(id -> id.group(1)).collect(Collectors.toSet());
    Matcher heading = HEADING.matcher(text);
    while (heading.find()) {
      String anchor =
          heading
              .group(1)
              .toLowerCase(Locale.ROOT)
              .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
              .replaceAll("[^\\p{L}\\p{N} _-]", "")
              .replace(' ', '-');
      String numbered = anchor;
      for (int number = 1; !anchors.add(numbered); number++) {
        numbered = anchor + "-" + number;
      }
    }
    return anchors;
  }
}
