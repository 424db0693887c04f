package io.webidentity.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the API server's answers, by the method of HTTP and the status. What was not answered
 * shows in the age of watches and in look-ups that failed.
 */
public final class ApiRequests implements Interceptor {
  /** Those of this process, whichever client sent them. */
  public static final ApiRequests OF_PROCESS = new ApiRequests();

  private final Map<Kind, LongAdder> counts = new ConcurrentHashMap<>();

  private ApiRequests() {
    // A series from the start, so that a rate of it is never without data.
    counts.put(new Kind("GET", "200"), new LongAdder());
  }

  /**
   * What answers have in common.
   *
   * @param method such as {@code GET}
   * @param code such as {@code 200}
   */
  public record Kind(String method, String code) {}

  /** Takes a kind of answers, and how many there were. */
  @FunctionalInterface
  public interface Visitor {
    /** Takes them. */
    void visit(Kind kind, long count);
  }

  /** Shows each kind that there was. */
  public void visit(Visitor visitor) {
    counts.forEach((kind, count) -> visitor.visit(kind, count.sum()));
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    Kind kind = new Kind(request.method(), Integer.toString(response.code()));
    counts.computeIfAbsent(kind, _ -> new LongAdder()).increment();
  }
}
