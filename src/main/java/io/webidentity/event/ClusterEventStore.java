package io.webidentity.event;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventSeries;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The Events of a cluster, by {@code events.k8s.io/v1}. With the rights to create and to patch
 * alone: an Event is read by a patch that changes nothing.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/">
 *     Event</a>
 */
final class ClusterEventStore implements EventStore {
  /** Who reports; part of the names of Events. */
  static final String CONTROLLER = "web-identity-webhook";

  /** What was being done when it happened. */
  private static final String ACTION = "InjectCredentials";

  /** API servers take no more of {@code reportingInstance}. */
  private static final int MAX_INSTANCE = 128;

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final KubernetesClient client;
  private final String instance;

  /**
   * @param instance name of this replica
   */
  ClusterEventStore(KubernetesClient client, String instance) {
    this.client = client;
    this.instance = instance.substring(0, Math.min(instance.length(), MAX_INSTANCE));
  }

  @Override
  public Optional<String> uid(EventSubject serviceAccount) throws EventStoreException {
    try {
      return Optional.ofNullable(
              client
                  .serviceAccounts()
                  .inNamespace(serviceAccount.namespace())
                  .withName(serviceAccount.name())
                  .get())
          .map((ServiceAccount found) -> found.getMetadata().getUid());
    } catch (KubernetesClientException e) {
      throw failure("get on serviceaccounts", e);
    }
  }

  @Override
  public boolean create(Draft draft) throws EventStoreException {
    return attempt("create", () -> client.resource(event(draft)).create()).isPresent();
  }

  @Override
  public Optional<Tally> tally(Draft draft) throws EventStoreException {
    return attempt("patch", () -> patch(draft, "{}"))
        .map(event -> {
          EventSeries series = event.getSeries();
          return new Tally(
              event.getMetadata().getResourceVersion(), series == null ? 1 : series.getCount());
        });
  }

  @Override
  public boolean recount(Draft draft, Tally before, int count) throws EventStoreException {
    String patch =
        """
        {"metadata":{"resourceVersion":"%s"},"series":{"count":%d,"lastObservedTime":"%s"}}\
        """
            .formatted(before.resourceVersion(), count, microTime(draft.last()));
    return attempt("patch", () -> patch(draft, patch)).isPresent();
  }

  /** By hand: the client's own way begins with reading, which is another right. */
  private Event patch(Draft draft, String patch) {
    HttpClient http = client.getHttpClient();
    String url =
        "%sapis/events.k8s.io/v1/namespaces/%s/events/%s"
            .formatted(client.getMasterUrl(), draft.notice().subject().namespace(), draft.name());
    HttpResponse<String> response;
    try {
      response =
          http.sendAsync(
                  http.newHttpRequestBuilder()
                      .uri(url)
                      .timeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                      .method("PATCH", "application/merge-patch+json", patch)
                      .build(),
                  String.class)
              .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new KubernetesClientException("no answer to a patch", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KubernetesClientException("stopped", e);
    }
    if (!response.isSuccessful()) {
      throw new KubernetesClientException("a patch was refused", response.code(), null);
    }
    return client.getKubernetesSerialization().unmarshal(response.body(), Event.class);
  }

  private Event event(Draft draft) {
    EventNotice notice = draft.notice();
    EventBuilder event =
        new EventBuilder()
            .withNewMetadata()
            .withNamespace(notice.subject().namespace())
            .withName(draft.name())
            .endMetadata()
            .withEventTime(new MicroTime(microTime(draft.first())))
            .withReportingController(CONTROLLER)
            .withReportingInstance(instance)
            .withAction(ACTION)
            .withType(notice.type().label())
            .withReason(notice.reason())
            .withNote(notice.note())
            .withNewRegarding()
            .withApiVersion(notice.subject().apiVersion())
            .withKind(notice.subject().kind())
            .withNamespace(notice.subject().namespace())
            .withName(notice.subject().name())
            .withUid(draft.subjectUid())
            .endRegarding();
    if (draft.count() > 1) {
      event =
          event
              .withNewSeries()
              .withCount(draft.count())
              .withLastObservedTime(new MicroTime(microTime(draft.last())))
              .endSeries();
    }
    return event.build();
  }

  private static String microTime(Instant instant) {
    return MICRO_TIME.format(instant);
  }

  /** Empty where the Event is there already, has changed, or is gone. */
  private static Optional<Event> attempt(String verb, Supplier<Event> request)
      throws EventStoreException {
    try {
      return Optional.of(request.get());
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
          || (verb.equals("patch") && e.getCode() == HttpURLConnection.HTTP_NOT_FOUND)) {
        return Optional.empty();
      }
      throw failure(verb + " on events in events.k8s.io", e);
    }
  }

  private static EventStoreException failure(String right, KubernetesClientException e) {
    String why =
        switch (e.getCode()) {
          case 0 -> "no answer from the API server";
          case HttpURLConnection.HTTP_FORBIDDEN -> "not allowed; grant " + right;
          default -> "the API server answers " + e.getCode() + " to " + right;
        };
    return new EventStoreException(why, e);
  }
}
