package io.webidentity.testing.cluster;

import io.webidentity.testing.cluster.ProxyBehaviour.Forward;
import io.webidentity.testing.cluster.ProxyBehaviour.Refuse;
import io.webidentity.testing.cluster.ProxyBehaviour.Responder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Stands between one client and the API server, and disturbs what the client gets: it can hold back
 * watches, answer errors, hang, or be gone, for one kind of request or for all. Plain HTTP towards
 * the client, on a loopback port; TLS, verified, towards the API server. Works on bytes, so that
 * watches pass as WebSocket frames or as a streamed body, as the client likes.
 */
public final class ApiServerProxy implements AutoCloseable {
  private static final Forward FORWARD = new Forward();

  private final URI apiServer;
  private final SSLContext tls;
  private final ServerSocket listener;
  private final Path kubeconfig;
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private final Map<RequestKind, ProxyBehaviour> behaviours = new EnumMap<>(RequestKind.class);
  private final Map<RequestKind, Integer> counts = new EnumMap<>(RequestKind.class);
  private CompletableFuture<Void> watchesFlow = CompletableFuture.completedFuture(null);
  private int heldBack;

  /**
   * Starts to listen.
   *
   * @param client the client's way to the API server without this proxy
   * @param kubeconfig file to write, with the way through this proxy
   */
  ApiServerProxy(Kubeconfig client, Path kubeconfig) {
    this.apiServer = client.server();
    this.tls = trusting(client.authorityPem());
    try {
      this.listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.kubeconfig = new Kubeconfig(url(), "", client.token()).writeTo(kubeconfig);
    Thread.ofVirtual().start(this::accept);
  }

  /** The URL clients ask in the API server's place. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** A kubeconfig with this proxy's URL and the client's token. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /** Changes what requests of one kind get from now on; {@link Refuse} cuts open ones too. */
  public void on(RequestKind kind, ProxyBehaviour behaviour) {
    synchronized (this) {
      behaviours.put(kind, behaviour);
      notifyAll();
    }
    if (behaviour instanceof Refuse) {
      cut(kind);
    }
  }

  /** Closes the open connections of a kind. */
  public void cut(RequestKind kind) {
    connections.stream().filter(c -> c.kind() == kind).forEach(ProxiedConnection::close);
  }

  /** How many open connections have brought the start of an answer, and bring nothing more. */
  public long silent() {
    return connections.stream().filter(ProxiedConnection::silent).count();
  }

  /** Lets nothing arrive any more on the open connections of a kind, which stay open. */
  public void freeze(RequestKind kind) {
    connections.stream().filter(c -> c.kind() == kind).forEach(ProxiedConnection::freeze);
  }

  /** Changes what all requests get from now on, as {@link #on}. */
  public void onAll(ProxyBehaviour behaviour) {
    for (RequestKind kind : RequestKind.values()) {
      on(kind, behaviour);
    }
  }

  /** Keeps back whatever the API server sends on watches, open and new ones, from now on. */
  public synchronized void holdWatches() {
    if (watchesFlow.isDone()) {
      watchesFlow = new CompletableFuture<>();
    }
  }

  /** Delivers what was held back, in order, and holds nothing any more. */
  public synchronized void releaseWatches() {
    watchesFlow.complete(null);
  }

  /** How many requests of a kind have come in so far, whatever they got. */
  public synchronized int count(RequestKind kind) {
    return counts.getOrDefault(kind, 0);
  }

  synchronized void received(RequestKind kind) {
    counts.merge(kind, 1, Integer::sum);
  }

  /** How many watches have something that is being held back. */
  public synchronized int heldBack() {
    return heldBack;
  }

  /** Blocks while watches are held back. */
  void awaitWatchesFlow() {
    CompletableFuture<Void> flow;
    synchronized (this) {
      flow = watchesFlow;
      if (flow.isDone()) {
        return;
      }
      heldBack++;
    }
    flow.join();
    synchronized (this) {
      heldBack--;
    }
  }

  /** What requests of the kind get; waits while that is nothing. */
  synchronized Responder awaitAnswering(RequestKind kind) {
    try {
      while (!(behaviours.getOrDefault(kind, FORWARD) instanceof Responder answering)) {
        wait();
      }
      return answering;
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nobody interrupts these threads", e);
    }
  }

  /** A verified TLS connection to the API server. */
  Socket connect() throws IOException {
    int port = apiServer.getPort() == -1 ? 443 : apiServer.getPort();
    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(apiServer.getHost(), port);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    return socket;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        ProxiedConnection connection = new ProxiedConnection(this, listener.accept());
        connections.add(connection);
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException _) {
        // Closed: the loop ends.
      }
    }
  }

  private void serve(ProxiedConnection connection) {
    try (connection) {
      connection.serve();
    } catch (IOException _) {
      // Client or API server went away, as they may; the other one is told by the close.
    } finally {
      connections.remove(connection);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    releaseWatches();
    onAll(new Refuse());
    connections.forEach(ProxiedConnection::close);
  }

  private static SSLContext trusting(String authorityPem) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int i = 0;
      byte[] pem = authorityPem.getBytes(StandardCharsets.US_ASCII);
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))) {
        store.setCertificateEntry("authority-" + i++, certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
