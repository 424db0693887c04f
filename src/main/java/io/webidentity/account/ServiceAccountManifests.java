package io.webidentity.account;

import io.webidentity.injection.AnnotationKeys;
import io.webidentity.watch.FileProblem;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * ServiceAccounts in Kubernetes manifests: YAML (several documents, lists) or JSON. Other kinds are
 * passed over, so that the files an application is deployed from can be given as they are.
 */
public final class ServiceAccountManifests {
  private final AnnotationKeys keys;
  private final String defaultNamespace;

  /** Reads the annotations that have this prefix, such as {@code eks.amazonaws.com}. */
  public ServiceAccountManifests(String annotationPrefix) {
    this(annotationPrefix, "default");
  }

  /**
   * Reads the annotations that have this prefix.
   *
   * @param defaultNamespace the namespace of accounts that name none
   */
  public ServiceAccountManifests(String annotationPrefix, String defaultNamespace) {
    this.keys = new AnnotationKeys(annotationPrefix);
    this.defaultNamespace = defaultNamespace;
  }

  /**
   * Reads a file, or the {@code .yaml}, {@code .yml} and {@code .json} files of a folder, in the
   * order of their names, without its sub-folders.
   *
   * @throws UnusableContentException naming file, document, line and field of what is wrong
   */
  public Map<AccountKey, IdentityAnnotations> read(Path path) throws UnusableContentException {
    return parse(load(path));
  }

  /**
   * Reads one text.
   *
   * @param source what to call the text in errors, such as a file name or {@code standard input}
   * @throws UnusableContentException naming source, document, line and field of what is wrong
   */
  public Map<AccountKey, IdentityAnnotations> parse(String source, String text)
      throws UnusableContentException {
    return parse(List.of(new Manifest(source, text)));
  }

  Map<AccountKey, IdentityAnnotations> parse(List<Manifest> manifests)
      throws UnusableContentException {
    Accounts accounts = new Accounts(defaultNamespace);
    for (Manifest manifest : manifests) {
      try {
        parse(manifest, accounts);
      } catch (MarkedYAMLException e) {
        int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
        throw notYaml(manifest.source() + ", line " + line, e.getProblem());
      } catch (YAMLException e) {
        throw notYaml(manifest.source(), e.getMessage());
      }
    }
    return accounts.found();
  }

  private void parse(Manifest manifest, Accounts accounts) throws UnusableContentException {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setCodePointLimit(Integer.MAX_VALUE); // The operator's own file: as long as it fits.
    int document = 0;
    for (Node root : new Yaml(options).composeAll(manifest.reader())) {
      document++;
      new ManifestReader(manifest.source(), document, keys, accounts).read(root);
    }
  }

  /** Every manifest of a file or folder, unparsed. */
  static List<Manifest> load(Path path) throws UnusableContentException {
    List<Manifest> manifests = new ArrayList<>();
    Path file = path;
    try {
      for (Path next : Files.isDirectory(path) ? filesOf(path) : List.of(path)) {
        file = next;
        manifests.add(new Manifest(next.toString(), Files.readString(next)));
      }
    } catch (NoSuchFileException e) {
      throw new UnusableContentException(
          "%s does not exist; give --service-accounts a file or folder of ServiceAccount manifests."
              .formatted(file),
          e);
    } catch (CharacterCodingException e) {
      throw new UnusableContentException("%s is not UTF-8; save it as UTF-8.".formatted(file), e);
    } catch (IOException | UncheckedIOException e) {
      throw new UnusableContentException(
          "%s cannot be read (%s); make it readable for this process."
              .formatted(file, FileProblem.of(e)),
          e);
    }
    return manifests;
  }

  private static List<Path> filesOf(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(ServiceAccountManifests::isManifest).sorted().toList();
    }
  }

  /** Hidden files are editors' and, as {@code ..data}, Kubernetes' own. */
  private static boolean isManifest(Path file) {
    String name = String.valueOf(file.getFileName());
    boolean suffix = name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
    return suffix && !name.startsWith(".") && Files.isRegularFile(file);
  }

  /** Without the parser's exception, which quotes the file: Secrets may be in it. */
  private static UnusableContentException notYaml(String place, @Nullable String problem) {
    String first = problem == null ? "" : problem.lines().findFirst().orElse("");
    return new UnusableContentException(
        "%s: this is not valid YAML or JSON (%s); correct it."
            .formatted(place, first.isBlank() ? "not YAML" : first.strip()));
  }

  /**
   * One unparsed file.
   *
   * @param source what to call it in errors
   */
  public record Manifest(String source, String text) {
    private static final Pattern JSON = Pattern.compile("\\s*[{\\[]\\s*[\"{}\\]]");
    private static final Pattern ESCAPE = Pattern.compile("\\\\.");

    /**
     * The text as SnakeYAML can read it: it refuses two things that JSON allows. A tab between
     * tokens becomes a blank (within a JSON string it is always escaped), an escaped slash a slash.
     */
    public Reader reader() {
      boolean json = JSON.matcher(text).lookingAt();
      return new StringReader(
          json ? ESCAPE.matcher(text.replace('\t', ' ')).replaceAll(Manifest::unescaped) : text);
    }

    private static String unescaped(MatchResult escape) {
      return escape.group().equals("\\/") ? "/" : Matcher.quoteReplacement(escape.group());
    }

    /** The bytes that tell one content from another. */
    byte[] bytes() {
      return (source + '\0' + text + '\0').getBytes(StandardCharsets.UTF_8);
    }
  }

  /** The accounts found so far, and where. */
  static final class Accounts {
    private final Map<AccountKey, IdentityAnnotations> found = new LinkedHashMap<>();
    private final Map<AccountKey, String> places = new LinkedHashMap<>();
    private final String defaultNamespace;

    Accounts(String defaultNamespace) {
      this.defaultNamespace = defaultNamespace;
    }

    AccountKey key(String namespace, String name) {
      return new AccountKey(namespace.isEmpty() ? defaultNamespace : namespace, name);
    }

    void add(AccountKey account, IdentityAnnotations annotations, String place)
        throws UnusableContentException {
      String before = places.putIfAbsent(account, place);
      if (before != null) {
        throw new UnusableContentException(
            "ServiceAccount %s is in %s and again in %s; remove one of them."
                .formatted(account, before, place));
      }
      found.put(account, annotations);
    }

    Map<AccountKey, IdentityAnnotations> found() {
      return Map.copyOf(found);
    }
  }
}
