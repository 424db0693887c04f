package io.webidentity.cli.inject;

import io.webidentity.aws.EndpointUrl;
import io.webidentity.cli.flag.BadValueException;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.flag.Values;
import io.webidentity.manifest.ManifestDocument;
import io.webidentity.manifest.ManifestReader;
import io.webidentity.manifest.ManifestText;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A file of manifests, or standard input: it can be read several times, document by document. */
public final class ManifestFile {
  private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://.*");
  private static final String STANDARD_INPUT = "standard input";
  private static final String OTHERWISE = "give the file, a folder, or - for standard input";

  private final String source;
  private final String given;
  private final Content content;

  private ManifestFile(String source, String given, Content content) {
    this.source = source;
    this.given = given;
    this.content = content;
  }

  @FunctionalInterface
  private interface Content {
    InputStream open() throws IOException;
  }

  /** What is done with a document. */
  @FunctionalInterface
  public interface Use {
    /**
     * Uses it.
     *
     * @throws UnusableContentException naming document and line of what is wrong
     */
    void accept(ManifestDocument document) throws UnusableContentException, UsageException;
  }

  /**
   * Finds what {@code -f} names: a file, the manifests of a folder in the order of their names or
   * standard input for {@code -}. What can be read only once, such as a pipe, is read here.
   *
   * @param recursive whether folders within a folder are read, too
   * @throws UsageException naming what cannot be read
   */
  public static List<ManifestFile> find(String name, boolean recursive, InputStream in)
      throws UsageException {
    if (URL.matcher(name).matches()) {
      throw new UsageException(
          "--filename=%s is a URL; download it, and give the file"
              .formatted(GivenFlags.shown(EndpointUrl.withoutUserInformation(name))));
    }
    try {
      if (name.equals("-")) {
        return List.of(new ManifestFile(STANDARD_INPUT, STANDARD_INPUT, kept(STANDARD_INPUT, in)));
      }
      List<ManifestFile> files = new ArrayList<>();
      Path given = path(name);
      for (Path file : ManifestText.files(given, recursive ? Integer.MAX_VALUE : 1)) {
        files.add(new ManifestFile(file.toString(), given.toString(), content(file)));
      }
      if (files.isEmpty()) {
        throw new UsageException(name + " has no .yaml, .yml or .json file; give another folder");
      }
      return files;
    } catch (UnusableContentException wrong) {
      throw usage(wrong);
    }
  }

  private static Content content(Path path) throws UnusableContentException, UsageException {
    if (Files.isRegularFile(path)) {
      return () -> Files.newInputStream(path);
    }
    try (InputStream in = Files.newInputStream(path)) {
      return kept(path.toString(), in);
    } catch (IOException e) {
      throw ManifestText.unreadable(path.toString(), OTHERWISE, e);
    }
  }

  private static Content kept(String source, InputStream in)
      throws UnusableContentException, UsageException {
    Spool spool = new Spool();
    byte[] buffer = new byte[1 << 16];
    try {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        spool.write(buffer, length);
      }
    } catch (IOException e) {
      throw ManifestText.unreadable(source, e);
    }
    return spool::open;
  }

  /** What to call it in errors. */
  public String source() {
    return source;
  }

  /** The file or folder that {@code -f} names, or standard input. */
  public String given() {
    return given;
  }

  /**
   * Reads it.
   *
   * @return how many documents are not empty
   * @throws UsageException naming file, document and line of what is wrong
   */
  public int forEach(Use use) throws UsageException {
    int found = 0;
    try (InputStream in = content.open()) {
      ManifestReader reader =
          new ManifestReader(
              source, new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        use.accept(next.get());
        found += next.get().isEmpty() ? 0 : 1;
      }
      return found;
    } catch (IOException e) {
      throw usage(ManifestText.unreadable(source, OTHERWISE, e));
    } catch (UnusableContentException wrong) {
      throw usage(wrong);
    }
  }

  private static Path path(String name) throws UsageException {
    try {
      return Values.path(name);
    } catch (BadValueException bad) {
      throw new UsageException("--filename=" + GivenFlags.shown(name) + " " + bad.complaint());
    }
  }

  /** The error of content that cannot be used, as the command line words its errors. */
  public static UsageException usage(UnusableContentException wrong) {
    String sentence = String.valueOf(wrong.getMessage());
    return new UsageException(
        sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence);
  }
}
