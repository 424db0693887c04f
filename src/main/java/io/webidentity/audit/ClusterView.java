package io.webidentity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.account.AccountKey;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.kubernetes.ApiObjects.PageReader;
import io.webidentity.watch.UnusableContentException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is read of a cluster to tell why a pod is as it is; each object once. */
public final class ClusterView {
  /** A query for pods that have not ended: what has cannot be mended. */
  private static final String LIVING =
      "fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed";

  /** Pods of a page: some megabytes, large ones. */
  private static final int PODS_PER_PAGE = 100;

  private static final String CONFIGURATIONS =
      "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

  private final ApiObjects api;
  private final Map<String, Optional<JsonNode>> seen = new HashMap<>();
  private final Map<String, Optional<Owner>> owners = new HashMap<>();
  private @Nullable List<WebhookEntry> webhooks;

  public ClusterView(ApiObjects api) {
    this.api = api;
  }

  /** The objects themselves. */
  public ApiObjects api() {
    return api;
  }

  /**
   * The pods that have not ended.
   *
   * @param collection path of all, or of a Namespace's, perhaps with {@code ?} and a selector
   */
  public void livingPods(String collection, PageReader pages) throws UnusableContentException {
    api.list(collection + (collection.contains("?") ? "&" : "?") + LIVING, PODS_PER_PAGE, pages);
  }

  /** A ServiceAccount, if there is one. */
  public Optional<JsonNode> serviceAccount(AccountKey account) throws UnusableContentException {
    return account.possible()
        ? find(
            "/api/v1/namespaces/%s/serviceaccounts/%s"
                .formatted(account.namespace(), account.name()))
        : Optional.empty();
  }

  /** A Namespace, if there is one. */
  public Optional<JsonNode> namespace(String name) throws UnusableContentException {
    return find("/api/v1/namespaces/" + name);
  }

  /** The webhooks of ours that the API server calls. */
  public List<WebhookEntry> webhooks() throws UnusableContentException {
    List<WebhookEntry> known = webhooks;
    if (known == null) {
      List<WebhookEntry> found = new ArrayList<>();
      api.list(CONFIGURATIONS, configuration -> found.addAll(WebhookEntry.ours(configuration)));
      known = List.copyOf(found);
      webhooks = known;
    }
    return known;
  }

  /**
   * The object that a person would restart or delete for a new pod: the controller of the pod, and
   * of a ReplicaSet its own one, if that can be read. The pod itself if it has none.
   */
  public Owner owner(JsonNode pod, String namespace) {
    Optional<Owner> first = Owner.controllerOf(pod);
    if (first.isEmpty()) {
      return Owner.itself(pod);
    }
    if (!first.get().kind().equals("ReplicaSet")) {
      return first.get();
    }
    String path =
        "/apis/apps/v1/namespaces/%s/replicasets/%s".formatted(namespace, first.get().name());
    return owners.computeIfAbsent(path, this::controllerOf).orElse(first.get());
  }

  private Optional<Owner> controllerOf(String path) {
    try {
      return api.find(path).flatMap(Owner::controllerOf);
    } catch (UnusableContentException _) {
      return Optional.empty();
    }
  }

  /** An object at this path, if there is one. */
  public Optional<JsonNode> find(String path) throws UnusableContentException {
    Optional<JsonNode> known = seen.get(path);
    if (known == null) {
      known = api.find(path);
      seen.put(path, known);
    }
    return known;
  }
}
