package io.webidentity.kubernetes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.webidentity.account.AccountKey;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The part of an API server that ServiceAccounts need, over plain HTTP on a loopback port: paged
 * lists, watches with bookmarks and compaction, single objects; and what goes wrong with them.
 */
public final class FakeApiServer implements AutoCloseable {
  /** What a request is for. */
  public enum Kind {
    LIST,
    /** A page of a list but the first. */
    PAGE,
    WATCH,
    GET
  }

  /** Makes requests of a kind wait until they are released. */
  public static final int HANG = 0;

  private static final int OK = 200;
  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");
  private static final Pattern OBJECT =
      Pattern.compile("/api/v1/namespaces/([^/]+)/serviceaccounts/([^/]+)");

  private final ObjectMapper json = new ObjectMapper();
  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
  private final Map<Kind, Integer> answers = new EnumMap<>(Kind.class);
  private final Map<AccountKey, Map<String, Object>> accounts =
      new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
  private final Map<Long, List<Map<String, Object>>> snapshots = new TreeMap<>();
  private final List<Event> events = new ArrayList<>();
  private final List<String> authorizations = new ArrayList<>();
  private final int port;
  private @Nullable HttpServer server;
  private long revision = 1000;
  private long compacted;
  private int generation;
  private int openWatches;
  private @Nullable String requiredToken;
  private int redirectStatus;
  private @Nullable URI redirectTarget;

  private FakeApiServer(int port) {
    this.port = port;
  }

  public static FakeApiServer started() {
    FakeApiServer server = stopped();
    server.start();
    return server;
  }

  /** Has a port, where nothing listens yet. */
  public static FakeApiServer stopped() {
    try (ServerSocket free = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      return new FakeApiServer(free.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public synchronized void start() {
    start(null);
  }

  /** Listens, with TLS where there is a context for it. */
  public synchronized void start(@Nullable SSLContext tls) {
    try {
      HttpServer http;
      if (tls == null) {
        http = HttpServer.create(loopback(port), 0);
      } else {
        HttpsServer https = HttpsServer.create(loopback(port), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(tls));
        http = https;
      }
      http.createContext("/", this::answer);
      http.setExecutor(Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory()));
      http.start();
      server = http;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends every connection, and listens no more, until it is started again. */
  void stop() {
    HttpServer http;
    synchronized (this) {
      generation++;
      http = server;
      server = null;
      notifyAll();
    }
    if (http != null) {
      http.stop(0);
    }
  }

  int port() {
    return port;
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Makes or changes an account that is years old. */
  public void put(AccountKey account, Map<String, String> annotations) {
    put(account, annotations, LONG_AGO);
  }

  public synchronized void put(
      AccountKey account, Map<String, String> annotations, Instant created) {
    revision++;
    Map<String, Object> object =
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "ServiceAccount",
            "metadata",
            Map.of(
                "name",
                account.name(),
                "namespace",
                account.namespace(),
                "resourceVersion",
                Long.toString(revision),
                "creationTimestamp",
                created.toString(),
                "annotations",
                annotations));
    boolean added = accounts.put(account, object) == null;
    record(added ? "ADDED" : "MODIFIED", object);
  }

  public synchronized void delete(AccountKey account) {
    revision++;
    Map<String, Object> object = accounts.remove(account);
    if (object == null) {
      throw new IllegalArgumentException("there is no " + account);
    }
    Map<String, Object> metadata = new TreeMap<>();
    metadata.put("name", account.name());
    metadata.put("namespace", account.namespace());
    metadata.put("resourceVersion", Long.toString(revision));
    record("DELETED", Map.of("apiVersion", "v1", "kind", "ServiceAccount", "metadata", metadata));
  }

  /** Sends a bookmark on every watch. */
  public synchronized void bookmark() {
    record(
        "BOOKMARK",
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "ServiceAccount",
            "metadata",
            Map.of("resourceVersion", Long.toString(revision))));
  }

  /** Tells every watch that what comes next is too old to be told. */
  public synchronized void expireWatches() {
    events.add(new Event(revision, error(410)));
    notifyAll();
  }

  /** Answers this status to requests of the kind from now on; 200 is the real answer. */
  public synchronized void answer(Kind kind, int status) {
    answers.put(kind, status);
    notifyAll();
  }

  /** Ends every open watch. */
  public synchronized void dropWatches() {
    generation++;
    notifyAll();
  }

  /** Forgets every past change: a watch from before gets 410. */
  public synchronized void compact() {
    compacted = revision;
  }

  public synchronized int count(Kind kind) {
    return counts.getOrDefault(kind, 0);
  }

  public synchronized int openWatches() {
    return openWatches;
  }

  /** The Authorization header of the last request. */
  public synchronized String lastAuthorization() {
    return authorizations.getLast();
  }

  /** The Authorization headers of all requests, empty where there was none. */
  synchronized List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  /** Redirects every request there from now on; answers again where that is null. */
  synchronized void redirect(int status, @Nullable URI elsewhere) {
    redirectStatus = status;
    redirectTarget = elsewhere;
  }

  /** Answers 401 to requests without this token from now on. */
  synchronized void require(String token) {
    requiredToken = token;
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private synchronized void record(String type, Map<String, Object> object) {
    events.add(new Event(revision, line(type, object)));
    notifyAll();
  }

  private String line(String type, Object object) {
    return text(Map.of("type", type, "object", object)) + "\n";
  }

  private String text(Object value) {
    try {
      return json.writeValueAsString(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> query = query(exchange.getRequestURI());
      Kind kind = kind(exchange.getRequestURI(), query);
      int status = received(kind, exchange);
      Optional<URI> target = redirection(exchange.getRequestURI());
      if (target.isPresent()) {
        exchange.getResponseHeaders().set("Location", target.get().toString());
        send(exchange, redirectStatus, new byte[0]);
        return;
      }
      if (status != OK) {
        send(exchange, status, status(status));
        return;
      }
      switch (kind) {
        case LIST, PAGE -> list(exchange, query);
        case WATCH -> watch(exchange, Long.parseLong(query.getOrDefault("resourceVersion", "0")));
        case GET -> get(exchange);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Kind kind(URI uri, Map<String, String> query) {
    if (OBJECT.matcher(uri.getPath()).matches()) {
      return Kind.GET;
    }
    if (!uri.getPath().equals("/api/v1/serviceaccounts")) {
      throw new IllegalArgumentException("unexpected request: " + uri);
    }
    if (query.containsKey("watch")) {
      return Kind.WATCH;
    }
    return query.containsKey("continue") ? Kind.PAGE : Kind.LIST;
  }

  private synchronized int received(Kind kind, HttpExchange exchange) throws InterruptedException {
    counts.merge(kind, 1, Integer::sum);
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    authorizations.add(authorization == null ? "" : authorization);
    while (answers.getOrDefault(kind, OK) == HANG) {
      wait();
    }
    if (requiredToken != null && !("Bearer " + requiredToken).equals(authorization)) {
      return 401;
    }
    return answers.getOrDefault(kind, OK);
  }

  private synchronized Optional<URI> redirection(URI asked) {
    return Optional.ofNullable(redirectTarget).map(target -> target.resolve(asked));
  }

  private void list(HttpExchange exchange, Map<String, String> query) throws IOException {
    String page;
    synchronized (this) {
      String token = query.getOrDefault("continue", "");
      List<String> place = List.of((token.isEmpty() ? revision + "-0" : token).split("-", 2));
      long listed = Long.parseLong(place.getFirst());
      int from = Integer.parseInt(place.getLast());
      // As in a real one, all pages show the moment at which the first was asked for.
      List<Map<String, Object>> snapshot =
          snapshots.computeIfAbsent(listed, _ -> List.copyOf(accounts.values()));
      int to = Math.min(snapshot.size(), from + Integer.parseInt(query.getOrDefault("limit", "0")));
      Map<String, Object> metadata = new TreeMap<>();
      metadata.put("resourceVersion", Long.toString(listed));
      if (to < snapshot.size()) {
        metadata.put("continue", listed + "-" + to);
      }
      page =
          text(
              Map.of(
                  "apiVersion",
                  "v1",
                  "kind",
                  "ServiceAccountList",
                  "metadata",
                  metadata,
                  "items",
                  snapshot.subList(from, to)));
    }
    send(exchange, OK, page.getBytes(StandardCharsets.UTF_8));
  }

  private void get(HttpExchange exchange) throws IOException {
    Matcher path = OBJECT.matcher(exchange.getRequestURI().getPath());
    if (!path.matches()) {
      throw new IllegalStateException("kind() says that it does");
    }
    Map<String, Object> object;
    synchronized (this) {
      object = accounts.get(new AccountKey(path.group(1), path.group(2)));
    }
    if (object == null) {
      send(exchange, 404, status(404));
    } else {
      send(exchange, OK, text(object).getBytes(StandardCharsets.UTF_8));
    }
  }

  private void watch(HttpExchange exchange, long from) throws IOException, InterruptedException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(OK, 0);
    OutputStream out = exchange.getResponseBody();
    out.flush(); // A real one sends the headers at once, too.
    int mine;
    int next;
    synchronized (this) {
      if (from < compacted) {
        out.write(error(410).getBytes(StandardCharsets.UTF_8));
        return;
      }
      mine = generation;
      next = (int) events.stream().takeWhile(event -> event.revision() <= from).count();
      openWatches++;
    }
    try {
      while (true) {
        List<Event> due;
        synchronized (this) {
          while (next == events.size() && mine == generation) {
            wait();
          }
          if (mine != generation) {
            return;
          }
          due = List.copyOf(events.subList(next, events.size()));
          next = events.size();
        }
        for (Event event : due) {
          out.write(event.line().getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
      }
    } finally {
      synchronized (this) {
        openWatches--;
      }
    }
  }

  private String error(int code) {
    return "{\"type\":\"ERROR\",\"object\":"
        + new String(status(code), StandardCharsets.UTF_8)
        + "}\n";
  }

  private byte[] status(int code) {
    String reason = code == 404 ? "NotFound" : "";
    return text(Map.of(
            "apiVersion",
            "v1",
            "kind",
            "Status",
            "status",
            "Failure",
            "reason",
            reason,
            "code",
            code))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> query = new TreeMap<>();
    String text = uri.getQuery() == null ? "" : uri.getQuery();
    for (String parameter : text.split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (equals > 0) {
        query.put(parameter.substring(0, equals), parameter.substring(equals + 1));
      }
    }
    return query;
  }

  @Override
  public void close() {
    synchronized (this) {
      for (Kind kind : Kind.values()) {
        answers.put(kind, 503);
      }
    }
    stop();
  }

  private record Event(long revision, String line) {}
}
