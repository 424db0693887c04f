package io.webidentity.watch;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads files whose problems users have to understand. */
public final class FileText {
  private FileText() {}

  /**
   * The text of a file, UTF-8, that somebody named.
   *
   * @throws UnusableContentException if it is not there, or cannot be read
   */
  public static String require(Path file) throws UnusableContentException {
    return read(file)
        .orElseThrow(
            () -> new UnusableContentException(file + " does not exist; give another file"));
  }

  /**
   * The text of a file, UTF-8; empty if there is no such file.
   *
   * @throws UnusableContentException if it cannot be read
   */
  public static Optional<String> read(Path file) throws UnusableContentException {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (CharacterCodingException e) {
      throw new UnusableContentException(file + " is not UTF-8; save it as UTF-8", e);
    } catch (IOException e) {
      throw new UnusableContentException(
          file + " cannot be read (" + FileProblem.of(e) + "); check its permissions", e);
    }
  }
}
