package io.webidentity.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FileProblemTest {
  @TempDir private Path folder;

  static Stream<Exception> failures() {
    return Stream.of(
        new AccessDeniedException("/a"),
        new NoSuchFileException("/a"),
        new NotDirectoryException("/a"),
        new FileSystemException("/a", null, "Too many open files"),
        new FileSystemException("/a"),
        new IOException(),
        new UncheckedIOException(new AccessDeniedException("/a")));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void no_class_is_named(Exception failure) {
    assertThat(FileProblem.of(failure)).matches("[A-Za-z/][a-z/ ]+").doesNotContain("xception");
  }

  @Test
  void what_the_system_says_is_told() throws IOException {
    Path loop = folder.resolve("loop");
    Files.createSymbolicLink(loop, loop);

    assertThat(problem(folder)).isEqualTo("Is a directory");
    assertThat(problem(loop)).contains("symbolic links");
  }

  private static String problem(Path file) {
    try {
      throw new IllegalStateException("read: " + Files.readString(file));
    } catch (IOException e) {
      return FileProblem.of(e);
    }
  }
}
