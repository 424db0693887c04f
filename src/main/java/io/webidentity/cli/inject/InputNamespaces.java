package io.webidentity.cli.inject;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.NamespaceFinder;
import io.webidentity.account.NamespaceProperties;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.manifest.ManifestDocument;
import io.webidentity.manifest.ManifestObject;
import io.webidentity.policy.NamespaceMetadata;
import io.webidentity.watch.UnusableContentException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The Namespaces among the manifests of {@code inject}. One that is not there is unknown, not
 * without labels or annotations: in the cluster it may have some.
 */
public final class InputNamespaces implements NamespaceFinder {
  private final Map<String, NamespaceMetadata> namespaces;
  private final AnnotationKeys keys;
  private final boolean defaults;
  private final @Nullable LiveCluster cluster;

  /**
   * Knows these.
   *
   * @param namespaces by their names
   * @param defaults whether their annotations are defaults for their ServiceAccounts
   * @param cluster asked for others, if there is one
   */
  public InputNamespaces(
      Map<String, NamespaceMetadata> namespaces,
      String annotationPrefix,
      boolean defaults,
      @Nullable LiveCluster cluster) {
    this.namespaces = Map.copyOf(namespaces);
    this.keys = new AnnotationKeys(annotationPrefix);
    this.defaults = defaults;
    this.cluster = cluster;
  }

  /**
   * Reads them.
   *
   * @param defaults whether their annotations are defaults for their ServiceAccounts
   * @param cluster asked for others, if there is one
   * @throws UsageException if a file has something else than Kubernetes objects
   */
  public static InputNamespaces read(
      List<ManifestFile> files,
      String annotationPrefix,
      boolean defaults,
      @Nullable LiveCluster cluster)
      throws UsageException {
    Map<String, NamespaceMetadata> namespaces = new HashMap<>();
    try {
      for (ManifestFile file : files) {
        for (ManifestDocument document : file.documents()) {
          for (ManifestObject object : document.objects()) {
            if (object.isCore("Namespace")) {
              NamespaceMetadata namespace = metadata(object.data().path("metadata"));
              namespaces.put(namespace.name(), namespace);
            }
          }
        }
      }
    } catch (UnusableContentException wrong) {
      throw ManifestFile.usage(wrong);
    }
    return new InputNamespaces(namespaces, annotationPrefix, defaults, cluster);
  }

  /** What decides of a Namespace, from its metadata. */
  public static NamespaceMetadata metadata(JsonNode metadata) {
    return new NamespaceMetadata(
        metadata.path("name").asText(""),
        texts(metadata.path("labels")),
        texts(metadata.path("annotations")));
  }

  private static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new HashMap<>();
    object
        .properties()
        .forEach(member -> {
          if (member.getValue().isTextual()) {
            texts.put(member.getKey(), member.getValue().textValue());
          }
        });
    return texts;
  }

  @Override
  public boolean areDefaults() {
    return defaults;
  }

  @Override
  public Optional<NamespaceProperties> known(String name) {
    return Optional.ofNullable(namespaces.get(name))
        .map(namespace ->
            new NamespaceProperties(
                IdentityAnnotations.of(namespace.annotations(), keys),
                namespace.labels(),
                namespace.annotations()));
  }

  @Override
  public CompletionStage<ObjectLookup<NamespaceProperties>> lookUpLive(String name) {
    if (cluster != null) {
      return cluster.namespace(name);
    }
    return CompletableFuture.completedFuture(
        new ObjectLookup.Failed<>(
            LookupResult.FAILED,
            "it depends on Namespace %s; add its manifest to the input".formatted(name)));
  }
}
