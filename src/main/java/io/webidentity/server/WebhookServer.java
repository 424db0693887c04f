package io.webidentity.server;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.server.exceptions.ServerStartupException;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration.NettyListenerConfiguration;
import io.micronaut.http.ssl.CertificateProvider;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.runtime.graceful.GracefulShutdownCapable;
import io.webidentity.account.Namespaces;
import io.webidentity.account.ServiceAccounts;
import io.webidentity.admission.CallerCheck;
import io.webidentity.admission.PodEvents;
import io.webidentity.admission.Responder;
import io.webidentity.admission.WarmUpDiversion;
import io.webidentity.audit.PeriodicAudit;
import io.webidentity.certificate.CertificateSource;
import io.webidentity.certificate.ClientAuthority;
import io.webidentity.certificate.ServingCertificateProvider;
import io.webidentity.config.ServerSettings;
import io.webidentity.decision.PodDecider;
import io.webidentity.event.EventCounts;
import io.webidentity.event.EventPublisher;
import io.webidentity.http.ConnectionLimits;
import io.webidentity.identity.IdentityGuard;
import io.webidentity.identity.IdentityResolver;
import io.webidentity.observability.ServingState;
import io.webidentity.shadow.ShadowMode;
import io.webidentity.warmup.WarmUp;
import io.webidentity.watch.UnusableContentException;
import io.webidentity.watch.WatchedSource;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The admission server, with every part it consists of; started and stopped in order. */
public final class WebhookServer implements AutoCloseable {
  /** For one of two ports to become free: a second. */
  private static final int LOOKS_AT_PORTS = 20;

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  /** No request lasts longer: the API server gives up on a webhook after at most 30 s. */
  private static final Duration LAST_REQUESTS = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(WebhookServer.class);

  private final Sources.Started sources;
  private final ApplicationContext context;
  private final NettyEmbeddedServer server;
  private final ServingState state;
  private final Ports ports;

  private WebhookServer(Sources.Started sources, ApplicationContext context) {
    this.sources = sources;
    this.context = context;
    this.state = context.getBean(ServingState.class);
    this.server = context.getBean(NettyEmbeddedServer.class);
    this.server.start();
    this.ports = Ports.of(context, server);
    state.listening();
    context
        .getBean(WarmUpDiversion.class)
        .open(WarmUpBeans.endpoint(context.getBean(ServeSettings.class)));
    context.getBean(WarmUp.class).start(ports.tls());
  }

  /**
   * Starts listening. The server may not be ready yet: see {@link #missing}.
   *
   * @throws UnusableContentException with a sentence that says what to change
   */
  public static WebhookServer start(ServeSettings settings) throws UnusableContentException {
    ServiceAccounts accounts = Sources.accounts(settings);
    // Its source starts after the ports are open.
    return start(settings, accounts, Sources.certificates(settings, accounts::ready));
  }

  /** Starts with sources that are not started yet; they are closed with the server. */
  static WebhookServer start(
      ServeSettings settings, ServiceAccounts accounts, CertificateSource certificates)
      throws UnusableContentException {
    return start(settings, accounts, Sources.namespaces(settings), certificates);
  }

  /** The same, with Namespaces instead of those that the settings name. */
  static WebhookServer start(
      ServeSettings settings,
      ServiceAccounts accounts,
      Namespaces namespaces,
      CertificateSource certificates)
      throws UnusableContentException {
    return start(
        settings,
        accounts,
        namespaces,
        certificates,
        ConnectionLimits.ofThisProcess(ServerBeans.MAX_REQUESTS));
  }

  /** The same, with these limits for clients. */
  static WebhookServer start(
      ServeSettings settings,
      ServiceAccounts accounts,
      Namespaces namespaces,
      CertificateSource certificates,
      ConnectionLimits limits)
      throws UnusableContentException {
    ServingCertificateProvider provider =
        new ServingCertificateProvider(Sources.first(certificates));
    Optional<ClientAuthority> clients = Sources.clients(settings);
    WatchedSources watched = WatchedSources.of(settings);
    Optional<EventPublisher> events = Sources.events(settings);
    Optional<ShadowMode> shadow = Sources.shadow(settings);
    PodDecider decider =
        new PodDecider(
            accounts,
            namespaces,
            new IdentityResolver(settings.identity(), settings.session(), watched.identity()),
            watched.guard(),
            ServerBeans.injector(settings));
    Optional<PeriodicAudit> audit =
        Sources.audit(
            settings,
            decider,
            () -> accounts.ready() && watched.all().stream().allMatch(WatchedSource::ready),
            events);
    Sources.Started sources =
        new Sources.Started(
            accounts, namespaces, watched, certificates, clients, events, audit, shadow);
    ApplicationContext context =
        ApplicationContext.builder()
            .deduceEnvironment(false)
            // Flags are the one way to configure this server: MICRONAUT_… variables must not move a
            // path.
            .environmentPropertySource(false)
            .banner(false)
            .properties(ServerProperties.of(settings))
            .build();
    context.registerSingleton(ServeSettings.class, settings);
    context.registerSingleton(ConnectionLimits.class, limits);
    context.registerSingleton(ServiceAccounts.class, accounts);
    context.registerSingleton(Namespaces.class, namespaces);
    context.registerSingleton(Sources.Started.class, sources);
    context.registerSingleton(WatchedSources.class, watched);
    context.registerSingleton(IdentityGuard.class, watched.guard());
    context.registerSingleton(PodDecider.class, decider);
    context.registerSingleton(
        PodEvents.class,
        events.map(publisher -> PodEvents.to(publisher::offer)).orElse(PodEvents.NONE));
    context.registerSingleton(
        EventCounts.class, events.map(EventPublisher::counts).orElseGet(EventCounts::new));
    context.registerSingleton(CertificateSource.class, certificates);
    context.registerSingleton(CallerCheck.class, Sources.callers(clients));
    DebuggingBeans.register(context, settings, accounts, namespaces, watched.identity());
    context.registerSingleton(
        Responder.class, shadow.<Responder>map(mode -> mode).orElse(Responder.AS_DECIDED));
    context.registerSingleton(ServingCertificateProvider.class, provider);
    context.registerSingleton(
        CertificateProvider.class, provider, Qualifiers.byName(ServingCertificateProvider.NAME));
    try {
      if (clients.isPresent()) {
        Sources.start(clients.get());
      }
      shadow.ifPresent(ShadowMode::start);
      watched.readPolicy();
      watched.start();
      accounts.start();
      namespaces.start(() -> watched.guard().needs(namespaces));
      events.ifPresent(EventPublisher::start);
      context.start();
      WebhookServer server = new WebhookServer(sources, context);
      audit.ifPresent(PeriodicAudit::start);
      // Not before the ports are ours: it may write the file of a server that is running.
      certificates.start(provider::replace);
      LOG.info("serving on port {}, metrics on port {}", server.port(), server.metricsPort());
      return server;
    } catch (ServerStartupException e) {
      close(context, sources);
      throw new UnusableContentException(
          unusablePort(settings.server()) + " (" + rootMessage(e) + ")", e);
    } catch (UnusableContentException | RuntimeException e) {
      close(context, sources);
      throw e;
    }
  }

  /** The TLS port in use. */
  public int port() {
    return ports.tls();
  }

  /** The plain port in use. */
  public int metricsPort() {
    return ports.plain();
  }

  /** What is missing before the server is ready, one sentence each. */
  public List<String> missing() {
    return state.missing();
  }

  /**
   * Not ready from now on, and asking clients to close their connections; requests are served on.
   */
  public void drain() {
    state.drain();
  }

  /** Stops listening, waits for the requests under way and ends every part. */
  @Override
  public void close() {
    try {
      ((GracefulShutdownCapable) server)
          .shutdownGracefully()
          .toCompletableFuture()
          .get(LAST_REQUESTS.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("requests under way were cut after {} s", LAST_REQUESTS.toSeconds(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close(context, sources);
    }
  }

  private static void close(ApplicationContext context, Sources.Started sources) {
    context.close();
    sources.close();
  }

  /**
   * Which of the ports it was: the failure itself does not say. The one that was free was ours for
   * a moment, and may be so still.
   */
  private static String unusablePort(ServerSettings settings) {
    for (int i = 0; i < LOOKS_AT_PORTS; i++) {
      boolean tls = isUnusable(settings.port());
      if (tls != isUnusable(settings.metricsPort())) {
        return tls
            ? "cannot listen on port " + settings.port() + "; free it, or give --port another"
            : "cannot listen on port "
                + settings.metricsPort()
                + "; free it, or give --metrics-port another";
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    return "cannot listen on ports %d and %d; free them, or give --port and --metrics-port others"
        .formatted(settings.port(), settings.metricsPort());
  }

  private static boolean isUnusable(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return !socket.isBound();
    } catch (IOException e) {
      return true;
    }
  }

  private static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** The ports in use. */
  private record Ports(int tls, int plain) {
    /**
     * Reads them from the server, which has bound its listeners in the order of their
     * configurations.
     */
    static Ports of(ApplicationContext context, NettyEmbeddedServer server) {
      Iterator<Integer> bound = server.getBoundPorts().iterator();
      int tls = 0;
      int plain = 0;
      for (NettyListenerConfiguration listener :
          context.getBean(NettyHttpServerConfiguration.class).getListeners()) {
        if (listener.isSsl()) {
          tls = bound.next();
        } else {
          plain = bound.next();
        }
      }
      return new Ports(tls, plain);
    }
  }
}
