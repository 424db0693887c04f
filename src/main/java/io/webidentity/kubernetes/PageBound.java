package io.webidentity.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Refuses pages of lists that become too long, while they come: 100 objects with all the
 * annotations that API servers take would be more than the heap. {@link PagesToStore} then asks for
 * fewer objects. A page of one object comes as it is.
 */
final class PageBound implements Interceptor {
  /** Bytes: four times what 500 ordinary accounts take. Read, they are several times as much. */
  static final long LONGEST = 2L * 1024 * 1024;

  private static final Pattern SEVERAL = Pattern.compile("(?:^|.*&)limit=(?!1(?:&|$)).*");

  @Override
  public AsyncBody.Consumer<List<ByteBuffer>> consumer(
      AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
    if (!hasSeveralObjects(request.uri())) {
      return consumer;
    }
    AtomicLong length = new AtomicLong();
    return (buffers, body) -> {
      if (length.addAndGet(buffers.stream().mapToLong(ByteBuffer::remaining).sum()) > LONGEST) {
        throw new PageTooLongException();
      }
      consumer.consume(buffers, body);
    };
  }

  /** Whether a request failed as its page was too long. */
  static boolean refused(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PageTooLongException) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasSeveralObjects(URI uri) {
    return SEVERAL.matcher(String.valueOf(uri.getQuery())).matches();
  }

  private static final class PageTooLongException extends Exception {
    private static final long serialVersionUID = 1L;
  }
}
