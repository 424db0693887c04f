package io.webidentity.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.testing.Notice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code NOTICE} lists the jars of the distribution; {@code ImageContentTest} checks licences. */
final class NoticeTest {
  private static final Path LIBRARIES = Path.of("target/dist/lib");

  @Test
  void the_notice_lists_every_jar_of_the_distribution_and_no_other() throws IOException {
    assertThat(LIBRARIES).as("run `make dist` first, as `make test` does").isDirectory();
    Set<String> jars;
    try (Stream<Path> files = Files.list(LIBRARIES)) {
      jars =
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(file -> !file.equals("web-identity-webhook.jar"))
              .map(file -> file.replaceFirst("-\\d+\\..*", ""))
              .collect(Collectors.toCollection(TreeSet::new));
    }

    Set<String> listed =
        Notice.read().licences().keySet().stream()
            .map(library -> library.substring(library.indexOf(':') + 1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(listed).isEqualTo(jars);
  }
}
