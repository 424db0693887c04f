package io.webidentity.testing.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.util.List;

/**
 * Creates and changes pods from JSON as it is: a client's model would drop the fields that it does
 * not know. The API server refuses unknown and duplicate fields instead of dropping them.
 */
public final class PodApi {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestCluster cluster;

  /** Asks as an administrator. */
  public PodApi(TestCluster cluster) {
    this.cluster = cluster;
  }

  /** What the API server would make of a pod; nothing is created. */
  public Answer dryRun(String namespace, JsonNode pod) {
    return post(namespace, "?fieldValidation=Strict&dryRun=All", pod);
  }

  /** Creates a pod. */
  public Answer create(String namespace, JsonNode pod) {
    return post(namespace, "?fieldValidation=Strict", pod);
  }

  /** Gives a pod that there is these ephemeral containers beside those that it has. */
  public Answer updateEphemeralContainers(String namespace, JsonNode pod) {
    String place =
        "/" + pod.at("/metadata/name").asText() + "/ephemeralcontainers?fieldValidation=Strict";
    return send("PUT", namespace, place, pod);
  }

  private Answer post(String namespace, String query, JsonNode pod) {
    return send("POST", namespace, query, pod);
  }

  private Answer send(String method, String namespace, String place, JsonNode pod) {
    HttpClient http = cluster.client().getHttpClient();
    String url = cluster.apiServer().resolve("/api/v1/namespaces/" + namespace + "/pods") + place;
    HttpResponse<String> response =
        http.sendAsync(
                http.newHttpRequestBuilder()
                    .uri(url)
                    .method(method, "application/json", pod.toString())
                    .build(),
                String.class)
            .join();
    try {
      return new Answer(
          response.code(), JSON.readTree(response.body()), response.headers("Warning"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(response.body(), e);
    }
  }

  /**
   * The API server's answer.
   *
   * @param status HTTP status
   * @param body the pod that results, or a Status that says why there is none
   * @param warnings the headers {@code Warning}, as they are
   */
  public record Answer(int status, JsonNode body, List<String> warnings) {
    public Answer {
      warnings = List.copyOf(warnings);
    }

    /** Whether the pod is, or would be, created or changed. */
    public boolean accepted() {
      return status == 201 || status == 200;
    }

    /** Why it is not; empty where it is. */
    public String message() {
      return accepted() ? "" : body.path("message").asText();
    }
  }
}
