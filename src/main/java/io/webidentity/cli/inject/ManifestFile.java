package io.webidentity.cli.inject;

import io.webidentity.cli.flag.BadValueException;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.flag.Values;
import io.webidentity.manifest.ManifestDocument;
import io.webidentity.manifest.ManifestException;
import io.webidentity.watch.FileProblem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file of manifests, or standard input.
 *
 * @param source what to call it
 * @param text what is in it
 * @param documents the same, document by document
 */
record ManifestFile(String source, String text, List<ManifestDocument> documents) {
  ManifestFile {
    documents = List.copyOf(documents);
  }

  /**
   * Reads what {@code -f} names: a file, the manifests of a folder in the order of their names
   * (without its sub-folders), or standard input for {@code -}.
   *
   * @throws UsageException naming file, document and line of what cannot be read
   */
  static List<ManifestFile> read(String name, InputStream in) throws UsageException {
    if (name.equals("-")) {
      return List.of(of("standard input", bytes("standard input", in::readAllBytes)));
    }
    List<ManifestFile> files = new ArrayList<>();
    for (Path path : paths(name)) {
      files.add(of(path.toString(), bytes(path.toString(), () -> Files.readAllBytes(path))));
    }
    return files;
  }

  private static List<Path> paths(String name) throws UsageException {
    Path path;
    try {
      path = Values.path(name);
    } catch (BadValueException bad) {
      throw new UsageException("--filename=" + GivenFlags.shown(name) + " " + bad.complaint());
    }
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> entries = Files.list(path)) {
      List<Path> manifests = entries.filter(ManifestFile::isManifest).sorted().toList();
      if (manifests.isEmpty()) {
        throw new UsageException(name + " has no .yaml, .yml or .json file; give another folder");
      }
      return manifests;
    } catch (IOException | UncheckedIOException e) {
      throw new UsageException(
          "%s cannot be read (%s); make it readable".formatted(name, FileProblem.of(e)));
    }
  }

  private static boolean isManifest(Path file) {
    String name = String.valueOf(file.getFileName());
    boolean suffix = name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
    return suffix && !name.startsWith(".") && Files.isRegularFile(file);
  }

  /** Reads bytes. */
  @FunctionalInterface
  private interface Source {
    byte[] read() throws IOException;
  }

  private static byte[] bytes(String name, Source source) throws UsageException {
    try {
      return source.read();
    } catch (NoSuchFileException _) {
      throw new UsageException(
          name + " does not exist; give the file, a folder, or - for standard input");
    } catch (IOException e) {
      throw new UsageException(
          "%s cannot be read (%s); make it readable".formatted(name, FileProblem.of(e)));
    }
  }

  private static ManifestFile of(String source, byte[] bytes) throws UsageException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new ManifestFile(source, text, ManifestDocument.split(text));
    } catch (CharacterCodingException _) {
      throw new UsageException(source + " is not UTF-8; save it as UTF-8");
    } catch (ManifestException wrong) {
      throw new UsageException(source + ", " + wrong.sentence());
    }
  }
}
