package io.webidentity.account;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.manifest.ManifestDocument;
import io.webidentity.manifest.ManifestObject;
import io.webidentity.manifest.ManifestReader;
import io.webidentity.manifest.ManifestText;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * ServiceAccounts in Kubernetes manifests: YAML (several documents, lists) or JSON. Other kinds are
 * passed over, so that the files an application is deployed from can be given as they are.
 */
public final class ServiceAccountManifests {
  private final String annotationPrefix;
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
    this.annotationPrefix = annotationPrefix;
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

  /** Every manifest of a file or folder, unparsed. */
  static List<ManifestText> load(Path path) throws UnusableContentException {
    return ManifestText.load(
        path, "give --service-accounts a file or folder of ServiceAccount manifests");
  }

  /**
   * Reads texts.
   *
   * @throws UnusableContentException naming source, document, line and field of what is wrong
   */
  Map<AccountKey, IdentityAnnotations> parse(List<ManifestText> texts)
      throws UnusableContentException {
    Found found = new Found();
    for (ManifestText text : texts) {
      for (ManifestDocument document : ManifestReader.all(text)) {
        found.add(document);
      }
    }
    return found.accounts();
  }

  /** The ServiceAccounts of documents that come one after the other. */
  public final class Found {
    private final Map<AccountKey, IdentityAnnotations> accounts = new HashMap<>();
    private final Map<AccountKey, String> places = new HashMap<>();

    /**
     * Adds those of another document.
     *
     * @throws UnusableContentException naming source, document, line and field of what is wrong
     */
    public void add(ManifestDocument document) throws UnusableContentException {
      for (ManifestObject object : document.objects()) {
        if (object.isCore("ServiceAccount")) {
          AccountKey account = key(document, object);
          String place = document.place(object.path());
          String before = places.putIfAbsent(account, place);
          if (before != null) {
            throw new UnusableContentException(
                "ServiceAccount %s is in %s and again in %s; remove one of them."
                    .formatted(account, before, place));
          }
          accounts.put(account, annotations(document, object));
        }
      }
    }

    /** Those found so far. */
    public Map<AccountKey, IdentityAnnotations> accounts() {
      return Map.copyOf(accounts);
    }
  }

  private AccountKey key(ManifestDocument document, ManifestObject object)
      throws UnusableContentException {
    if (!object.data().path("metadata").isObject()) {
      throw document.problem(
          object.path(), "the ServiceAccount has no metadata; give it metadata.name");
    }
    String name = text(document, object.below("metadata", "name"), "metadata.name");
    if (name.isEmpty()) {
      throw document.problem(
          object.below("metadata"), "the ServiceAccount has no metadata.name; give it one");
    }
    String namespace = text(document, object.below("metadata", "namespace"), "metadata.namespace");
    return new AccountKey(namespace.isEmpty() ? defaultNamespace : namespace, name);
  }

  private IdentityAnnotations annotations(ManifestDocument document, ManifestObject object)
      throws UnusableContentException {
    List<String> path = object.below("metadata", "annotations");
    JsonNode annotations = ManifestObject.at(document.data(), path);
    if (!annotations.isObject() && !annotations.isNull() && !annotations.isMissingNode()) {
      throw document.problem(
          path, "metadata.annotations is not a mapping; write it as name: \"value\" lines");
    }
    Map<String, String> values = new HashMap<>();
    for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
      String name = annotation.getKey();
      if (name.startsWith(annotationPrefix + "/")) {
        values.put(
            name,
            text(
                document,
                object.below("metadata", "annotations", name),
                "metadata.annotations." + name));
      }
    }
    return IdentityAnnotations.of(values, keys);
  }

  /** A string field; null and none count as empty, as in the API server. */
  private static String text(ManifestDocument document, List<String> path, String name)
      throws UnusableContentException {
    JsonNode value = ManifestObject.at(document.data(), path);
    if (value.isNull() || value.isMissingNode()) {
      return "";
    }
    if (!value.isTextual()) {
      throw document.problem(
          path,
          "%s is not a string; put %s in quotes"
              .formatted(name, document.written(path).orElse("the value")));
    }
    return value.textValue();
  }
}
