package io.webidentity.documentation;

import io.webidentity.e2e.TokenFileCase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class TokenFileDocumentationTest {
  @Test
  void the_table_is_what_the_end_to_end_tests_measure() throws IOException {
    String rows =
        Arrays.stream(TokenFileCase.values()).map(TokenFileCase::row).collect(Collectors.joining());

    new GeneratedSection(Path.of("docs/token-file.md"), "token-file")
        .assertEquals("\n" + TokenFileCase.header() + rows + "\n");
  }
}
