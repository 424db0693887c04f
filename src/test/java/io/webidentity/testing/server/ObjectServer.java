package io.webidentity.testing.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.webidentity.testing.cluster.Kubeconfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * As much of an API server as commands need that read a cluster once: objects, and collections page
 * by page. Selectors are ignored; whatever is not there is 404.
 */
public final class ObjectServer implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, String> objects = new ConcurrentHashMap<>();
  private final Map<String, Collection> collections = new ConcurrentHashMap<>();
  private final List<Integer> pages = new ArrayList<>();

  private final Map<String, Integer> refusals = new ConcurrentHashMap<>();
  private final Map<String, Integer> unwritable = new ConcurrentHashMap<>();
  private final Set<String> expiring = ConcurrentHashMap.newKeySet();
  private final List<Posted> posted = new CopyOnWriteArrayList<>();

  /** What was sent to a path. */
  public record Posted(String path, String body) {}

  private record Collection(int size, IntFunction<String> item) {}

  private ObjectServer(HttpServer server) {
    this.server = server;
  }

  /** Starts it on a free loopback port. */
  public static ObjectServer start() throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ObjectServer server = new ObjectServer(http);
    http.createContext("/", server::answer);
    http.start();
    return server;
  }

  /** Has an object at this path. */
  public ObjectServer with(String path, String json) {
    objects.put(path, json);
    return this;
  }

  /** Has a collection at this path, whose objects are made when they are asked for. */
  public ObjectServer with(String path, int size, IntFunction<String> item) {
    collections.put(path, new Collection(size, item));
    return this;
  }

  /** Refuses whatever is asked of this path, with a status. */
  public ObjectServer refusing(String path, int status) {
    refusals.put(path, status);
    return this;
  }

  /** Refuses what is sent to this path; it can still be read. */
  public ObjectServer refusingWrites(String path, int status) {
    unwritable.put(path, status);
    return this;
  }

  /** Has the snapshot of a collection expire after the first page, once. */
  public ObjectServer expiring(String path) {
    expiring.add(path);
    return this;
  }

  /** What was sent and taken, in order. */
  public List<Posted> posted() {
    return List.copyOf(posted);
  }

  /** How many objects each page had that was asked for. */
  public synchronized List<Integer> pages() {
    return List.copyOf(pages);
  }

  /** A kubeconfig for it. */
  public Path kubeconfig(Path file) {
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new Kubeconfig(url, "", "").writeTo(file);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Collection collection = collections.get(path);
      String object = objects.get(path);
      Integer refusal = refusals.get(path);
      boolean writes = Set.of("POST", "PUT").contains(exchange.getRequestMethod());
      String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
      if (query.contains("continue=") && expiring.remove(path)) {
        send(exchange, 410, expired(query.replaceFirst(".*continue=", "")));
      } else if (refusal != null) {
        send(exchange, refusal, status(refusal));
      } else if (writes && unwritable.containsKey(path)) {
        send(exchange, unwritable.get(path), status(unwritable.get(path)));
      } else if (writes) {
        posted.add(
            new Posted(
                path,
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        send(exchange, 201, "{\"kind\":\"Status\",\"status\":\"Success\"}");
      } else if (collection != null) {
        send(
            exchange,
            200,
            page(collection, Optional.ofNullable(exchange.getRequestURI().getQuery())));
      } else if (object != null) {
        send(exchange, 200, object);
      } else {
        send(exchange, 404, status(404));
      }
    }
  }

  private static String status(int code) {
    return "{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"%s\",\"message\":\"refused\",\"code\":%d}"
        .formatted(code == 404 ? "NotFound" : "Refused", code);
  }

  /** With the token that goes on in a newer snapshot, which is the same number here. */
  private static String expired(String next) {
    return "{\"kind\":\"Status\",\"metadata\":{\"continue\":\"+%s\"},\"status\":\"Failure\",\"reason\":\"Expired\",\"code\":410}"
        .formatted(next);
  }

  private String page(Collection collection, Optional<String> query) {
    Map<String, String> asked =
        Arrays.stream(query.orElse("").split("&", -1))
            .map(part -> part.split("=", 2))
            .filter(part -> part.length == 2)
            .collect(Collectors.toMap(part -> part[0], part -> part[1]));
    int first = Integer.parseInt(asked.getOrDefault("continue", "0"));
    int limit = Integer.parseInt(asked.getOrDefault("limit", "100000"));
    int end = Math.min(first + limit, collection.size());
    synchronized (this) {
      pages.add(end - first);
    }
    String items =
        IntStream.range(first, end).mapToObj(collection.item()).collect(Collectors.joining(","));
    return "{\"metadata\":{\"resourceVersion\":\"1\",\"continue\":\"%s\"},\"items\":[%s]}"
        .formatted(end < collection.size() ? Integer.toString(end) : "", items);
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
