package io.webidentity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.account.AccountKey;
import io.webidentity.audit.Cause.Code;
import io.webidentity.identity.Trail;
import io.webidentity.injection.Annotation.Holder;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.watch.UnusableContentException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Tells from a cluster as it is now why a pod was created without what it would get today. A cause
 * is named only where times, labels or selectors show it; where none of them does, the sentence
 * says "may".
 */
public final class Causes {
  private final ClusterView cluster;
  private final AnnotationKeys keys;
  private final boolean shadow;

  /**
   * Of pods of this cluster.
   *
   * @param annotationPrefix of the annotations that decide, without the slash
   * @param shadow whether the webhook only compares
   */
  public Causes(ClusterView cluster, String annotationPrefix, boolean shadow) {
    this.cluster = cluster;
    this.keys = new AnnotationKeys(annotationPrefix);
    this.shadow = shadow;
  }

  /** Why the pod is in this state, the likeliest first; never empty. */
  public List<Cause> of(JsonNode pod, AccountKey account, PodState state, Trail trail) {
    boolean lacks = state == PodState.MISSING || state == PodState.PARTLY;
    List<Cause> causes = new ArrayList<>();
    try {
      causes.addAll(identityChanged(pod, account, state, trail));
      if (lacks) {
        causes.addAll(notCalled(pod, account.namespace()));
      }
      if (causes.stream().noneMatch(cause -> cause.code().seen())) {
        causes.add(lacks ? noAnswer(pod, account.namespace()) : settingsChanged());
      }
    } catch (UnusableContentException unreadable) {
      causes.add(
          new Cause(
              Code.NOT_READABLE,
              "Causes cannot be told from what cannot be read: %s."
                  .formatted(unreadable.getMessage())));
    }
    return causes;
  }

  private static Cause settingsChanged() {
    return new Cause(
        Code.SETTINGS_CHANGED,
        "A flag of the webhook, the role policy, the ConfigMap of roles or an annotation may have"
            + " changed since the pod was created.");
  }

  /** What the API server says of the account and of the annotation that decides. */
  private List<Cause> identityChanged(JsonNode pod, AccountKey account, PodState state, Trail trail)
      throws UnusableContentException {
    Instant created = created(pod);
    Optional<JsonNode> found = cluster.serviceAccount(account);
    if (found.isPresent() && created(found.get()).isAfter(created)) {
      return List.of(
          new Cause(
              Code.CREATED_BEFORE_SERVICE_ACCOUNT,
              "The pod was created at %s, before its ServiceAccount %s at %s."
                  .formatted(created, account.name(), created(found.get()))));
    }
    String key = state == PodState.OTHER_AUDIENCE ? keys.audience() : keys.roleArn();
    Optional<Holder> holder =
        trail.settings().stream()
            .filter(setting -> setting.key().equals(key))
            .findFirst()
            .flatMap(Trail.Setting::holder);
    if (holder.equals(Optional.of(Holder.NAMESPACE))) {
      return cluster
          .namespace(account.namespace())
          .map(object -> annotated(object, key, "Namespace " + account.namespace(), created))
          .orElse(List.of());
    }
    return holder.equals(Optional.of(Holder.SERVICE_ACCOUNT)) && found.isPresent()
        ? annotated(found.get(), key, "ServiceAccount " + account.name(), created)
        : List.of();
  }

  private static List<Cause> annotated(JsonNode object, String key, String title, Instant created) {
    Optional<Write> write = lastWrite(object, key);
    if (write.isEmpty()) {
      return List.of(
          new Cause(
              Code.ANNOTATION_TIME_UNKNOWN,
              "%s does not show when %s was written; it may have been after the pod was created at %s."
                  .formatted(title, key, created)));
    }
    return write.get().time().isAfter(created)
        ? List.of(
            new Cause(
                Code.CREATED_BEFORE_ANNOTATION,
                "The pod was created at %s. After it, at %s, %s last wrote its fields of %s, %s among them."
                    .formatted(created, write.get().time(), write.get().manager(), title, key)))
        : List.of();
  }

  /** Why the API server did not ask any webhook of ours. */
  private List<Cause> notCalled(JsonNode pod, String namespace) throws UnusableContentException {
    if (shadow) {
      return List.of(
          new Cause(
              Code.SHADOW_MODE,
              "The webhook runs in shadow mode (--compare-with): it changes no pod."));
    }
    List<WebhookEntry> webhooks =
        cluster.webhooks().stream().filter(webhook -> webhook.isFor("CREATE", "pods")).toList();
    if (webhooks.isEmpty()) {
      return List.of(
          new Cause(
              Code.NO_WEBHOOK_CONFIGURATION,
              "No MutatingWebhookConfiguration has a webhook of this kind; install it."));
    }
    JsonNode spaceLabels =
        cluster.namespace(namespace).orElse(pod.path("none")).path("metadata").path("labels");
    List<WebhookEntry> ofNamespace =
        webhooks.stream().filter(webhook -> webhook.selectsNamespace(spaceLabels)).toList();
    if (ofNamespace.isEmpty()) {
      return List.of(
          new Cause(
              Code.NAMESPACE_NOT_SELECTED,
              "The namespaceSelector of %s excludes Namespace %s by its labels of today."
                  .formatted(webhooks.getFirst().title(), namespace)));
    }
    JsonNode labels = pod.path("metadata").path("labels");
    List<WebhookEntry> called =
        ofNamespace.stream().filter(webhook -> webhook.selectsObject(labels)).toList();
    if (called.isEmpty()) {
      return List.of(
          new Cause(
              Code.POD_NOT_SELECTED,
              "The objectSelector of %s excludes the pod by its labels."
                  .formatted(ofNamespace.getFirst().title())));
    }
    if (called.stream().allMatch(WebhookEntry::hasConditions)) {
      return List.of(
          new Cause(
              Code.CONDITIONS_UNKNOWN,
              "The matchConditions of %s may exclude the pod; they are not evaluated here."
                  .formatted(called.getFirst().title())));
    }
    Instant created = created(pod);
    return called.stream().allMatch(one -> created(one.configuration()).isAfter(created))
        ? List.of(
            new Cause(
                Code.CREATED_BEFORE_CONFIGURATION,
                "The pod was created at %s, before %s at %s."
                    .formatted(
                        created,
                        called.getFirst().title(),
                        created(called.getFirst().configuration()))))
        : List.of();
  }

  private Cause noAnswer(JsonNode pod, String namespace) throws UnusableContentException {
    boolean ignored = cluster.webhooks().stream().anyMatch(WebhookEntry::ignoresFailures);
    return new Cause(
        Code.NO_ANSWER_IGNORED,
        ignored
            ? "The webhook may not have answered when the pod was created at %s, and failurePolicy Ignore lets such pods pass."
                .formatted(created(pod))
            : "The webhook may not have been registered for Namespace %s when the pod was created at %s."
                .formatted(namespace, created(pod)));
  }

  /** When the API server created an object; the epoch if it does not tell. */
  static Instant created(JsonNode object) {
    return time(object.path("metadata").path("creationTimestamp").asText("")).orElse(Instant.EPOCH);
  }

  /** Somebody's last change of an object. */
  private record Write(String manager, Instant time) {}

  /**
   * When an annotation was last written, as far as <a
   * href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management">managed
   * fields</a> tell: not later, as the time is that of the last change of any field by the same
   * manager.
   */
  private static Optional<Write> lastWrite(JsonNode object, String key) {
    List<Write> writes = new ArrayList<>();
    for (JsonNode entry : object.path("metadata").path("managedFields")) {
      if (entry.path("fieldsV1").path("f:metadata").path("f:annotations").has("f:" + key)) {
        time(entry.path("time").asText(""))
            .ifPresent(
                time -> writes.add(new Write(entry.path("manager").asText("somebody"), time)));
      }
    }
    return writes.stream().max(Comparator.comparing(Write::time));
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }
}
