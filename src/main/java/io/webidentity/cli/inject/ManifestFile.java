package io.webidentity.cli.inject;

import io.webidentity.aws.EndpointUrl;
import io.webidentity.cli.flag.BadValueException;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.flag.Values;
import io.webidentity.manifest.ManifestDocument;
import io.webidentity.manifest.ManifestText;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A file of manifests, or standard input.
 *
 * @param text what is in it
 * @param documents the same, document by document
 */
public record ManifestFile(ManifestText text, List<ManifestDocument> documents) {
  private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://.*");

  public ManifestFile {
    documents = List.copyOf(documents);
  }

  /**
   * Reads what {@code -f} names: a file, the manifests of a folder in the order of their names or
   * standard input for {@code -}.
   *
   * @param recursive whether folders within a folder are read, too
   * @throws UsageException naming file, document and line of what cannot be read
   */
  public static List<ManifestFile> read(String name, boolean recursive, InputStream in)
      throws UsageException {
    if (URL.matcher(name).matches()) {
      throw new UsageException(
          "--filename=%s is a URL; download it, and give the file"
              .formatted(GivenFlags.shown(EndpointUrl.withoutUserInformation(name))));
    }
    try {
      List<ManifestText> texts =
          name.equals("-")
              ? List.of(standardInput(in))
              : ManifestText.load(
                  path(name),
                  "give the file, a folder, or - for standard input",
                  recursive ? Integer.MAX_VALUE : 1);
      if (texts.isEmpty()) {
        throw new UsageException(name + " has no .yaml, .yml or .json file; give another folder");
      }
      List<ManifestFile> files = new ArrayList<>();
      for (ManifestText text : texts) {
        files.add(new ManifestFile(text, ManifestDocument.split(text)));
      }
      return files;
    } catch (UnusableContentException wrong) {
      throw usage(wrong);
    }
  }

  private static ManifestText standardInput(InputStream in) throws UnusableContentException {
    String source = "standard input";
    try {
      return ManifestText.of(source, in.readAllBytes());
    } catch (IOException e) {
      throw ManifestText.unreadable(source, e);
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
