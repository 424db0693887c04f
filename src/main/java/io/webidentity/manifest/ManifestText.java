package io.webidentity.manifest;

import io.webidentity.watch.FileProblem;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One file of manifests, standard input, or a part of these; unparsed.
 *
 * @param source what to call it in errors
 * @param documentsBefore how many documents the source has before this part
 * @param linesBefore how many lines the source has before this part
 */
public record ManifestText(String source, String text, int documentsBefore, int linesBefore) {
  /**
   * A whole text.
   *
   * @param source what to call it in errors
   */
  public ManifestText(String source, String text) {
    this(source, text, 0, 0);
  }

  /**
   * Reads a file, or the {@code .yaml}, {@code .yml} and {@code .json} files of a folder, in the
   * order of their names, without its sub-folders.
   *
   * @param otherwise what to do if the path does not exist, such as "give another file"
   * @throws UnusableContentException naming the file that cannot be read
   */
  public static List<ManifestText> load(Path path, String otherwise)
      throws UnusableContentException {
    List<ManifestText> texts = new ArrayList<>();
    for (Path file : files(path, 1)) {
      try {
        texts.add(of(file.toString(), Files.readAllBytes(file)));
      } catch (IOException e) {
        throw unreadable(file.toString(), otherwise, e);
      }
    }
    return texts;
  }

  /**
   * The file, or the {@code .yaml}, {@code .yml} and {@code .json} files of a folder, in the order
   * of their names.
   *
   * @param depth how deep folders within the folder are looked at; 1 for its own files
   * @throws UnusableContentException if the folder cannot be read
   */
  public static List<Path> files(Path path, int depth) throws UnusableContentException {
    try {
      return Files.isDirectory(path) ? filesOf(path, depth) : List.of(path);
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(path.toString(), e);
    }
  }

  /**
   * The text of these bytes.
   *
   * @throws UnusableContentException if they are not UTF-8
   */
  public static ManifestText of(String source, byte[] bytes) throws UnusableContentException {
    try {
      return new ManifestText(
          source, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw notUtf8(source, e);
    }
  }

  static UnusableContentException notUtf8(String source, CharacterCodingException cause) {
    return new UnusableContentException(
        "%s is not UTF-8; save it as UTF-8.".formatted(source), cause);
  }

  /** The error of a source that cannot be read. */
  public static UnusableContentException unreadable(String source, Exception cause) {
    return new UnusableContentException(
        "%s cannot be read (%s); make it readable for this process."
            .formatted(source, FileProblem.of(cause)),
        cause);
  }

  /**
   * The same of a file, which may not be there.
   *
   * @param otherwise what to do then, such as "give another file"
   */
  public static UnusableContentException unreadable(
      String source, String otherwise, IOException cause) {
    return cause instanceof NoSuchFileException
        ? new UnusableContentException("%s does not exist; %s.".formatted(source, otherwise), cause)
        : unreadable(source, cause);
  }

  private static List<Path> filesOf(Path folder, int depth) throws IOException {
    try (Stream<Path> entries = Files.walk(folder, depth, FileVisitOption.FOLLOW_LINKS)) {
      return entries
          .filter(file -> isManifest(file) && !isHidden(folder.relativize(file)))
          .sorted()
          .toList();
    }
  }

  /** Hidden files and folders are editors' and, as {@code ..data}, Kubernetes' own. */
  private static boolean isHidden(Path below) {
    for (Path part : below) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static boolean isManifest(Path file) {
    String name = String.valueOf(file.getFileName());
    boolean suffix = name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
    return suffix && Files.isRegularFile(file);
  }
}
