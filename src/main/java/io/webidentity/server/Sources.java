package io.webidentity.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.account.ClusterNamespaces;
import io.webidentity.account.ClusterServiceAccounts;
import io.webidentity.account.ManifestServiceAccounts;
import io.webidentity.account.NamespacePart;
import io.webidentity.account.Namespaces;
import io.webidentity.account.ServiceAccountManifests;
import io.webidentity.account.ServiceAccounts;
import io.webidentity.admission.CallerCheck;
import io.webidentity.admission.CallerCheck.Caller;
import io.webidentity.audit.Causes;
import io.webidentity.audit.PeriodicAudit;
import io.webidentity.audit.PodAudit;
import io.webidentity.audit.PodCheck;
import io.webidentity.certificate.CertificateFiles;
import io.webidentity.certificate.CertificateSource;
import io.webidentity.certificate.ClientAuthority;
import io.webidentity.certificate.SelfSignedAuthority;
import io.webidentity.certificate.SelfSignedCertificateSource;
import io.webidentity.certificate.ServingCertificate;
import io.webidentity.certificate.SharedCertificateSource;
import io.webidentity.certificate.TrustedCertificates;
import io.webidentity.certificate.UnusableCertificateException;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.config.CertificateSettings;
import io.webidentity.config.RolePolicySettings;
import io.webidentity.config.ShadowSettings;
import io.webidentity.decision.PodDecider;
import io.webidentity.decision.PodTreeDecider;
import io.webidentity.event.EventNotice;
import io.webidentity.event.EventPublisher;
import io.webidentity.injection.ContainerCredentialsSettings;
import io.webidentity.kubernetes.ApiClients;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.shadow.OtherWebhook;
import io.webidentity.shadow.PodComparison;
import io.webidentity.shadow.ShadowMode;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** The sources that the settings name. */
final class Sources {
  /** Kubelet brings a renewed Secret about once a minute; looking is two small reads. */
  private static final Duration CERTIFICATE_INTERVAL = Duration.ofSeconds(5);

  /** A year: longer than a process on a laptop runs, shorter than clients refuse (825 days). */
  private static final Duration SELF_SIGNED_LIFETIME = Duration.ofDays(365);

  /**
   * As such a certificate is never replaced: a clock may be set back by so long after the start.
   */
  private static final Clock SELF_SIGNED_AT = Clock.offset(Clock.systemUTC(), Duration.ofHours(-1));

  private Sources() {}

  /** The sources of one server, which end with it. */
  record Started(
      ServiceAccounts accounts,
      Namespaces namespaces,
      WatchedSources watched,
      CertificateSource certificates,
      Optional<ClientAuthority> clients,
      Optional<EventPublisher> events,
      Optional<PeriodicAudit> audit,
      Optional<ShadowMode> shadow)
      implements AutoCloseable {
    /** Everything that goes on for as long as the server. */
    List<RepeatedLook> loops() {
      List<RepeatedLook> loops = new ArrayList<>();
      accounts.looks().ifPresent(loops::add);
      namespaces.looks().ifPresent(loops::add);
      watched.all().forEach(source -> loops.add(source.looks()));
      certificates.looks().ifPresent(loops::add);
      clients.ifPresent(authority -> loops.add(authority.looks()));
      events.ifPresent(publisher -> loops.add(publisher.looks()));
      audit.ifPresent(periodic -> loops.add(periodic.looks()));
      shadow.ifPresent(mode -> loops.addAll(mode.looks()));
      return loops;
    }

    @Override
    public void close() {
      shadow.ifPresent(ShadowMode::close);
      certificates.close();
      clients.ifPresent(ClientAuthority::close);
      audit.ifPresent(PeriodicAudit::close);
      events.ifPresent(EventPublisher::close);
      watched.close();
      namespaces.close();
      accounts.close();
    }
  }

  /** Where ServiceAccounts come from, not started. */
  static ServiceAccounts accounts(ServeSettings settings) {
    String prefix = settings.identity().annotationPrefix();
    return switch (settings.accounts()) {
      case AccountSourceSettings.Cluster cluster ->
          new ClusterServiceAccounts(cluster, prefix, Clock.systemUTC());
      case AccountSourceSettings.Manifests manifests ->
          new ManifestServiceAccounts(manifests, new ServiceAccountManifests(prefix));
    };
  }

  /** Namespaces, as far as the settings give them a say; not started. */
  static Namespaces namespaces(ServeSettings settings) {
    Set<NamespacePart> parts = EnumSet.noneOf(NamespacePart.class);
    if (settings.sources().namespaceDefaults()) {
      parts.add(NamespacePart.DEFAULTS);
    }
    if (!(settings.rolePolicy().location() instanceof RolePolicySettings.Location.Nowhere)) {
      parts.add(NamespacePart.LABELS);
    }
    if (settings.rolePolicy().namespaceAnnotations()) {
      parts.add(NamespacePart.ROLE_ANNOTATIONS);
    }
    if (parts.isEmpty()) {
      return Namespaces.NONE;
    }
    return switch (settings.accounts()) {
      case AccountSourceSettings.Cluster cluster ->
          new ClusterNamespaces(
              cluster, parts, settings.identity().annotationPrefix(), Clock.systemUTC());
      case AccountSourceSettings.Manifests _ -> Namespaces.UNKNOWN;
    };
  }

  /**
   * Where the serving certificate comes from, not started.
   *
   * @param serving whether this replica can answer API servers
   */
  static CertificateSource certificates(ServeSettings settings, BooleanSupplier serving)
      throws UnusableContentException {
    return switch (settings.tls().certificate()) {
      case CertificateSettings.Files files -> {
        CertificateFiles source =
            new CertificateFiles(
                files.certificate(), files.key(), CERTIFICATE_INTERVAL, Clock.systemUTC());
        source.takeExisting();
        yield source;
      }
      case CertificateSettings.SelfSigned selfSigned ->
          new SelfSignedCertificateSource(
              new SelfSignedAuthority(SELF_SIGNED_AT, SELF_SIGNED_LIFETIME),
              selfSigned.dnsNames(),
              selfSigned.authorityOut());
      case CertificateSettings.BuiltIn builtIn ->
          SharedCertificateSource.inCluster(
              client(settings.accounts()), builtIn, serving, Clock.systemUTC());
    };
  }

  /** Whose client certificates count, where any are asked for; not started. */
  static Optional<ClientAuthority> clients(ServeSettings settings) {
    return settings
        .tls()
        .clients()
        .map(clients -> new ClientAuthority(clients, CERTIFICATE_INTERVAL, Clock.systemUTC()));
  }

  static void start(ClientAuthority clients) throws UnusableContentException {
    try {
      clients.start();
    } catch (UnusableCertificateException e) {
      throw new UnusableContentException("--client-ca: " + e.getMessage(), e);
    }
  }

  /**
   * What writes Events, where they are asked for; not started. Nothing happens to pods in shadow
   * mode, so that there is nothing to tell.
   */
  static Optional<EventPublisher> events(ServeSettings settings) throws UnusableContentException {
    if (!settings.events() || settings.shadow().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(EventPublisher.inCluster(client(settings.accounts()), instance()));
  }

  /** This replica: runtimes set HOSTNAME to the pod's name, in the node's network to the node's. */
  private static String instance() {
    return Optional.ofNullable(System.getenv("HOSTNAME"))
        .filter(name -> !name.isEmpty())
        .orElse("web-identity-webhook");
  }

  /**
   * What looks at running pods, where that is asked for; not started.
   *
   * @param decider decides as about new pods
   * @param ready whether what decides is known
   */
  static Optional<PeriodicAudit> audit(
      ServeSettings settings,
      PodDecider decider,
      BooleanSupplier ready,
      Optional<EventPublisher> events)
      throws UnusableContentException {
    if (settings.audit().isEmpty()
        || !(settings.accounts() instanceof AccountSourceSettings.Cluster cluster)) {
      return Optional.empty();
    }
    String prefix = settings.identity().annotationPrefix();
    PodCheck check =
        new PodCheck(new PodTreeDecider(prefix, decider), settings.injection().tokenVolumeNames());
    boolean shadow = settings.shadow().isPresent();
    return Optional.of(
        PeriodicAudit.inCluster(
            settings.audit().get(),
            ApiObjects.connect(cluster),
            instance(),
            ready,
            view -> new PodAudit(view, check, new Causes(view, prefix, shadow)),
            events.<Consumer<EventNotice>>map(publisher -> publisher::offer).orElse(_ -> {})));
  }

  /** Lets those ask whose certificates count, or everybody where none are asked for. */
  static CallerCheck callers(Optional<ClientAuthority> clients) {
    return clients
        .<CallerCheck>map(authority ->
            session -> session.map(tls -> caller(authority.judge(tls))).orElse(Caller.UNKNOWN))
        .orElse(CallerCheck.EVERYBODY);
  }

  /**
   * The comparison with another webhook, where one is asked for; not started.
   *
   * @throws UnusableContentException if the authorities of that webhook cannot be read
   */
  static Optional<ShadowMode> shadow(ServeSettings settings) throws UnusableContentException {
    if (settings.shadow().isEmpty()) {
      return Optional.empty();
    }
    ShadowSettings wanted = settings.shadow().get();
    ContainerCredentialsSettings token = settings.injection().containerCredentials();
    return Optional.of(
        new ShadowMode(
            new OtherWebhook(wanted.other(), trust(wanted)),
            new PodComparison(
                new PodComparison.ContainerToken(
                    token.volumeName(),
                    token.tokenPath(),
                    settings.identity().containerCredentialsAudience()))));
  }

  private static SSLContext trust(ShadowSettings settings) throws UnusableContentException {
    try {
      return settings.authority().isPresent()
          ? TrustedCertificates.clientContext(settings.authority().get())
          : SSLContext.getDefault();
    } catch (UnusableCertificateException e) {
      throw new UnusableContentException("--compare-with-ca-file: " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the Java runtime has no TLS", e);
    }
  }

  private static Caller caller(ClientAuthority.Verdict verdict) {
    return switch (verdict) {
      case TRUSTED -> Caller.ALLOWED;
      case NO_CERTIFICATE -> Caller.UNKNOWN;
      case NOT_TRUSTED -> Caller.STRANGER;
      case NOT_NAMED -> Caller.NOT_NAMED;
    };
  }

  private static KubernetesClient client(AccountSourceSettings source)
      throws UnusableContentException {
    return switch (source) {
      case AccountSourceSettings.Cluster cluster -> ApiClients.connect(cluster);
      case AccountSourceSettings.Manifests _ ->
          throw new IllegalStateException("a client without a cluster is refused as flags");
    };
  }

  /** The certificate to be served first: the real one, or one that no client trusts until then. */
  static ServingCertificate first(CertificateSource certificates) {
    return certificates
        .current()
        .orElseGet(() -> SelfSignedAuthority.standIn(Clock.systemUTC(), SELF_SIGNED_LIFETIME));
  }
}
