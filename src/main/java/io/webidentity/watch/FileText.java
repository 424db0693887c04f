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
