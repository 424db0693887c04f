package io.webidentity.cli.inject;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.NamespaceFinder;
import io.webidentity.account.NamespaceProperties;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.policy.NamespaceMetadata;
import java.util.HashMap;
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
