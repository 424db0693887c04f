package io.webidentity.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A section of a Markdown file that is made of the code, between two comments that name it. {@code
 * -Dgolden.update=true} rewrites it.
 */
record GeneratedSection(Path file, String name) {
  void assertEquals(String expected) throws IOException {
    String text = Files.readString(file);
    int begin = text.indexOf("<!-- " + name + ":begin");
    int end = text.indexOf("<!-- " + name + ":end");
    assertThat(begin).as("begin of %s in %s", name, file).isNotNegative().isLessThan(end);
    int start = text.indexOf('\n', begin) + 1;
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(file, text.substring(0, start) + expected + text.substring(end));
      return;
    }
    assertThat(text.substring(start, end))
        .as("%s in %s; -Dgolden.update=true rewrites it", name, file)
        .isEqualTo(expected);
  }
}
