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
 * One file of manifests, or standard input, unparsed.
 *
 * @param source what to call it in errors
 */
public record ManifestText(String source, String text) {
  /**
   * Reads a file, or the {@code .yaml}, {@code .yml} and {@code .json} files of a folder, in the
   * order of their names, without its sub-folders.
   *
   * @param otherwise what to do if the path does not exist, such as "give another file"
   * @throws UnusableContentException naming the file that cannot be read
   */
  public static List<ManifestText> load(Path path, String otherwise)
      throws UnusableContentException {
    return load(path, otherwise, 1);
  }

  /**
   * The same, with files of folders within a folder.
   *
   * @param depth how deep; 1 for the folder's own files
   * @throws UnusableContentException if something is missing or cannot be read
   */
  public static List<ManifestText> load(Path path, String otherwise, int depth)
      throws UnusableContentException {
    List<ManifestText> texts = new ArrayList<>();
    Path file = path;
    try {
      for (Path next : Files.isDirectory(path) ? filesOf(path, depth) : List.of(path)) {
        file = next;
        texts.add(of(next.toString(), Files.readAllBytes(next)));
      }
    } catch (NoSuchFileException e) {
      throw new UnusableContentException("%s does not exist; %s.".formatted(file, otherwise), e);
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(file.toString(), e);
    }
    return texts;
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
      throw new UnusableContentException("%s is not UTF-8; save it as UTF-8.".formatted(source), e);
    }
  }

  /** The error of a source that cannot be read. */
  public static UnusableContentException unreadable(String source, Exception cause) {
    return new UnusableContentException(
        "%s cannot be read (%s); make it readable for this process."
            .formatted(source, FileProblem.of(cause)),
        cause);
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
