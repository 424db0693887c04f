package io.webidentity.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading document by document finds what reading all at once finds. */
class ManifestReaderTest {
  static Stream<Path> manifests() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/resources"))) {
      return files
          .filter(file -> file.toString().matches(".*\\.(yaml|yml|json)"))
          .filter(file -> !file.toString().contains("not-utf8"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void manifests_of_other_tests(Path file) throws IOException {
    assertThat(cut(Files.readString(file))).isEqualTo(whole(Files.readString(file)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "---",
        "---\n---\n",
        "# a\n---\n# b\n---\n# c",
        "\uFEFF---\na: 1\n---\nb: 1\n",
        "\uFEFF# a\n---\na: 1\n",
        "a: 1\n--- # more\nb: 2\n---\t\nc: 3",
        "a: 1\r\n---\r\nb: 2\r\n--- {c: 3}\r\n",
        "a: 1\n...\n# between\n---\nb: 2\n...\n",
        "%YAML 1.1\n---\na: 1\n...\n# between\n\n%TAG !e! tag:e,2000:\n---\nb: !e!x 2\n",
        "a: |\n  ---\n  b\n---\nb: |+\n\n\n---\nc: >\n text\n  ---\n",
        "a: 1\r---\rb: 1\r---\nc: 3\n---\nd: [",
        "a: &a 1\n---\nb: *a\n",
        "--- |\n text\n%NO directive before it\n--- >\n...\n",
        "--- \"\n%no directive\n\"\n---\na: 1\n---\n{\"b\":\t1}\n",
        "---x: 1\n---y: 2\n",
        "a: '\n--- b'\n",
        "{\"a\":\n{\"b\": 1\n}\n,\"c\": [\n{},\n{}\n]}\n",
        "[\n{\"a\": 1}\n,\n{\"b\": 2}\n]\n",
        "{a: {}\n{b: 1}}\n"
      })
  void texts_whose_documents_are_hard_to_tell_apart(String text) {
    assertThat(cut(text)).isEqualTo(whole(text));
  }

  @Test
  void documents_of_json_may_follow_each_other() {
    assertThat(cut("{\"a\": {}\n}\n\n{\n\"b\": 2}\n{\"c\": 3}"))
        .containsExactly(
            "1 {\"a\": {}\n}\n\n means {\"a\":{}} at line 1",
            "2 {\n\"b\": 2}\n means {\"b\":2} at line 4",
            "3 {\"c\": 3} means {\"c\":3} at line 6");
  }

  private interface Reading {
    List<ManifestDocument> read(ManifestText text) throws UnusableContentException;
  }

  private static List<String> cut(String text) {
    return documents(text, ManifestReader::all);
  }

  private static List<String> whole(String text) {
    return documents(text, ManifestDocument::split);
  }

  private static List<String> documents(String text, Reading reading) {
    try {
      return reading.read(new ManifestText("x", text)).stream()
          .map(document ->
              "%d %s means %s at%s"
                  .formatted(
                      document.number(),
                      document.text(),
                      document.data(),
                      document.place(List.of()).split(",", -1)[2]))
          .toList();
    } catch (UnusableContentException wrong) {
      // Where a document ends, the parser sees the end of the text instead of a separator.
      return List.of(
          String.valueOf(wrong.getMessage())
              .replaceAll("<document start>|<stream end>|document separator|end of stream", "END"));
    }
  }
}
