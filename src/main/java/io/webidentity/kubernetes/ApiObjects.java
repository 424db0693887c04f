package io.webidentity.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ListMeta;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Objects of any kind with all they have, for commands that read a cluster once. Right to {@code
 * get} and {@code list} is enough.
 */
public final class ApiObjects implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ApiServer api;
  private final Duration timeout;

  private ApiObjects(ApiServer api, Duration timeout) {
    this.api = api;
    this.timeout = timeout;
  }

  /**
   * The same API server, with less patience. Closing either closes both.
   *
   * @param shorter how long an answer may take, its body included
   */
  public ApiObjects within(Duration shorter) {
    return new ApiObjects(api, shorter);
  }

  /**
   * Connects. Whether the API server can be reached shows with the first object.
   *
   * @throws UnusableContentException if the settings name no API server, or credentials that cannot
   *     be used
   */
  public static ApiObjects connect(AccountSourceSettings.Cluster settings)
      throws UnusableContentException {
    ApiServer api = new ApiServer(settings, PodCredentials.ofThisProcess(), System::nanoTime);
    api.connect();
    return new ApiObjects(api, ApiClientConfig.LIST_TIMEOUT);
  }

  /**
   * One object.
   *
   * @param path such as {@code /api/v1/namespaces/shop/pods/web}
   * @return empty if the API server says that there is none
   * @throws UnusableContentException if there was no usable answer
   */
  public Optional<JsonNode> find(String path) throws UnusableContentException {
    try (AnswerStream answer = api.get(path, timeout)) {
      return Optional.of(JSON.readTree(answer));
    } catch (KubernetesClientException | IOException e) {
      if (ApiServerReader.saysNotFound(e)) {
        return Optional.empty();
      }
      throw unreadable(path, e);
    }
  }

  /**
   * The objects of a collection, page by page: only one page is in memory at a time. If the
   * snapshot of the first page expires, the next pages are of a newer one, as the <a
   * href="https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks">API
   * server offers with its 410</a>.
   *
   * @param collection path, perhaps with a query
   * @param each gets each object; of a typed list, it has neither apiVersion nor kind
   * @throws UnusableContentException if there was no usable answer; some objects may have come
   */
  public void list(String collection, Consumer<JsonNode> each) throws UnusableContentException {
    list(collection, Reflector.PAGE_SIZE, page -> page.forEach(each));
  }

  /** Takes a page. */
  @FunctionalInterface
  public interface PageReader {
    /** Takes it. Its answer has ended: there is time for other requests. */
    void take(List<JsonNode> page) throws UnusableContentException;
  }

  /**
   * The same, for objects that are large, or about which more is asked.
   *
   * @param size of a page, in objects
   */
  public void list(String collection, int size, PageReader pages) throws UnusableContentException {
    String next = "";
    do {
      String path =
          collection
              + (collection.contains("?") ? "&" : "?")
              + "limit="
              + size
              + (next.isEmpty()
                  ? ""
                  : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8));
      List<JsonNode> page = new ArrayList<>();
      try (AnswerStream answer = api.get(path, timeout);
          JsonParser json = JSON.createParser(answer)) {
        next = page(json, page::add);
      } catch (KubernetesClientException e) {
        page.clear();
        next = newerSnapshot(e, next).orElseThrow(() -> unreadable(collection, e));
      } catch (IOException e) {
        throw unreadable(collection, e);
      }
      pages.take(page);
    } while (!next.isEmpty());
  }

  private static Optional<String> newerSnapshot(KubernetesClientException e, String expired) {
    return Optional.ofNullable(e.getStatus())
        .filter(_ -> e.getCode() == HttpURLConnection.HTTP_GONE && !expired.isEmpty())
        .map(Status::getMetadata)
        .map(ListMeta::getContinue)
        .filter(next -> !next.isEmpty() && !next.equals(expired));
  }

  /** Reads a page; what asks for the next one, empty after the last. */
  private static String page(JsonParser json, Consumer<JsonNode> each) throws IOException {
    String next = "";
    json.nextToken();
    if (!json.isExpectedStartObjectToken()) {
      throw new IOException("the answer is no list");
    }
    for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
      json.nextToken();
      switch (field) {
        case "metadata" -> {
          JsonNode metadata = JSON.readTree(json);
          next = metadata.path("continue").asText("");
        }
        case "items" -> {
          while (json.currentToken() != JsonToken.VALUE_NULL
              && json.nextToken() != JsonToken.END_ARRAY) {
            JsonNode object = JSON.readTree(json);
            each.accept(object);
          }
        }
        default -> json.skipChildren();
      }
    }
    return next;
  }

  /**
   * Creates an object, or has the API server try it, with {@code dryRun=All} in the path.
   *
   * @return what was created
   * @throws RefusedException if the API server does not take it
   * @throws UnusableContentException if there was no usable answer
   */
  public JsonNode create(String path, JsonNode object)
      throws UnusableContentException, RefusedException {
    return write("POST", path, object);
  }

  /**
   * Replaces an object, if it is still the one whose {@code resourceVersion} this one has.
   *
   * @return what it is now
   * @throws RefusedException if the API server does not take it; with 409 if it has changed
   * @throws UnusableContentException if there was no usable answer
   */
  public JsonNode replace(String path, JsonNode object)
      throws UnusableContentException, RefusedException {
    return write("PUT", path, object);
  }

  private JsonNode write(String method, String path, JsonNode object)
      throws UnusableContentException, RefusedException {
    try (AnswerStream answer = api.write(method, path, object.toString(), timeout)) {
      return JSON.readTree(answer);
    } catch (KubernetesClientException e) {
      if (e.getStatus() != null && e.getStatus().getMessage() != null) {
        throw new RefusedException(e.getCode(), e.getStatus().getMessage(), e);
      }
      throw unreadable(path, e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** The API server did not take an object; the message is its own. */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;

    RefusedException(int code, String message, Throwable cause) {
      super(message, cause);
      this.code = code;
    }

    /** The status of HTTP. */
    public int code() {
      return code;
    }
  }

  private UnusableContentException unreadable(String path, Exception e) {
    String what = path.replaceFirst("\\?.*", "");
    String because =
        e instanceof KubernetesClientException answered && answered.getCode() == 403
            ? "the API server refused to show it (403); use an account with the right to read it"
            : api.problem(e);
    return new UnusableContentException("%s cannot be read: %s".formatted(what, because), e);
  }

  @Override
  public void close() {
    api.close();
  }
}
