package io.webidentity.cli.serve;

import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.FlagRule;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.config.AdmissionSettings;
import io.webidentity.config.CertificateSettings;
import io.webidentity.config.ClientSettings;
import io.webidentity.config.IdentitySourceSettings;
import io.webidentity.config.LogSettings;
import io.webidentity.config.ServerSettings;
import io.webidentity.config.TlsCipherSuite;
import io.webidentity.config.TlsSettings;
import io.webidentity.config.TlsVersion;
import io.webidentity.server.ServeSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes the server's settings of flags: the values, and which flags go together. */
public final class ServeSettingsReader {
  /** Deadline of a live look-up: well inside the API server's 10 seconds for a webhook. */
  private static final Duration LOOKUP_DEADLINE = Duration.ofSeconds(2);

  /** The reference's Secret, and its configuration. */
  private static final Optional<String> USUAL_NAME = Optional.of("pod-identity-webhook");

  /** With each of them, the certificate comes from elsewhere than a shared Secret. */
  static final List<Flag<?>> OTHER_CERTIFICATES =
      List.of(
          ServeFlags.TLS_CERT,
          ServeFlags.TLS_KEY,
          ServeFlags.SELF_SIGNED,
          ServeFlags.SERVICE_ACCOUNTS);

  private final GivenFlags flags;
  private final LogSettings.Format usualFormat;

  /**
   * Reads from these flags.
   *
   * @param usualFormat the log's format where no flag says
   */
  ServeSettingsReader(GivenFlags flags, LogSettings.Format usualFormat) {
    this.flags = flags;
    this.usualFormat = usualFormat;
  }

  ServeSettings read() throws UsageException {
    flags.value(ServeFlags.IN_CLUSTER);
    for (Flag<?> ignored : IgnoredFlags.ALL) {
      flags.find(ignored);
    }
    return new ServeSettings(
        server(),
        tls(),
        accounts(),
        IdentityFlags.identity(flags),
        sources(),
        RolePolicyFlags.settings(flags),
        IdentityFlags.session(flags),
        IdentityFlags.injection(flags),
        new AdmissionSettings(flags.value(ServeFlags.INJECT_EPHEMERAL_CONTAINERS)),
        flags.value(ObservationFlags.EVENTS),
        ObservationFlags.audit(flags),
        ShadowFlags.settings(flags),
        log(),
        ObservationFlags.settings(flags));
  }

  private ServerSettings server() throws UsageException {
    int port = flags.value(ServeFlags.PORT);
    int metricsPort = flags.value(ServeFlags.METRICS_PORT);
    if (port == metricsPort && port != 0) {
      throw new UsageException(
          "%s and %s are both %d; give one of them another port"
              .formatted(
                  flags.origin(ServeFlags.PORT), flags.origin(ServeFlags.METRICS_PORT), port));
    }
    return new ServerSettings(port, metricsPort, flags.value(ServeFlags.SHUTDOWN_DELAY));
  }

  /**
   * TLS 1.3's suites cannot be chosen, as in Go. A list of nothing else leaves none for TLS 1.2, so
   * it asks for TLS 1.3.
   */
  private TlsSettings tls() throws UsageException {
    List<TlsCipherSuite> suites = flags.find(ServeFlags.TLS_CIPHER_SUITES).orElse(List.of());
    List<String> choosable =
        suites.stream()
            .filter(suite -> suite.version() == TlsVersion.TLS_1_2)
            .map(Enum::name)
            .distinct()
            .toList();
    boolean onlyTls13 = choosable.isEmpty() && !suites.isEmpty();
    TlsVersion asked = flags.value(ServeFlags.TLS_MIN_VERSION);
    return new TlsSettings(
        certificate(), onlyTls13 ? TlsVersion.TLS_1_3 : asked, choosable, clients());
  }

  private Optional<ClientSettings> clients() throws UsageException {
    Optional<Path> authority = flags.find(ServeFlags.CLIENT_CA);
    Set<String> names = flags.find(ServeFlags.CLIENT_NAMES).orElse(Set.of());
    return authority.map(file -> new ClientSettings(file, names));
  }

  private CertificateSettings certificate() throws UsageException {
    Optional<Path> authorityOut = flags.find(ServeFlags.SELF_SIGNED_CA_OUT);
    Path certificate = flags.value(ServeFlags.TLS_CERT);
    Path key = flags.value(ServeFlags.TLS_KEY);
    Optional<CertificateSettings.BuiltIn> builtIn = sharedCertificate(flags);
    if (builtIn.isPresent()) {
      return builtIn.get();
    }
    if (!flags.value(ServeFlags.SELF_SIGNED)) {
      return new CertificateSettings.Files(certificate, key);
    }
    String service = flags.value(ServeFlags.SERVICE_NAME);
    String namespace = flags.value(ServeFlags.NAMESPACE);
    String name = service + "." + namespace + ".svc";
    return new CertificateSettings.SelfSigned(
        authorityOut, List.of(service, service + "." + namespace, name, name + ".cluster.local"));
  }

  /**
   * The certificate that replicas make and share, if they do.
   *
   * <p>As in the reference, the Secret counts unless --in-cluster=false, and --in-cluster alone
   * stands for its usual Secret and configuration, if nothing else says where the certificate comes
   * from.
   *
   * @throws UsageException if flags have wrong values, or do not go together
   */
  public static Optional<CertificateSettings.BuiltIn> sharedCertificate(GivenFlags flags)
      throws UsageException {
    String namespace = flags.value(ServeFlags.NAMESPACE);
    String service = flags.value(ServeFlags.SERVICE_NAME);
    boolean inCluster = flags.value(ServeFlags.IN_CLUSTER);
    boolean elsewhere = OTHER_CERTIFICATES.stream().anyMatch(flags::has);
    boolean usual =
        inCluster
            && flags.has(ServeFlags.IN_CLUSTER)
            && !flags.has(ServeFlags.TLS_SECRET)
            && !elsewhere;
    Optional<String> secret =
        flags.find(ServeFlags.TLS_SECRET).or(() -> usual ? USUAL_NAME : Optional.empty());
    Optional<String> configuration = flags.find(ServeFlags.WEBHOOK_CONFIGURATION);
    Duration lifetime = flags.value(ServeFlags.CERTIFICATE_LIFETIME);
    if (secret.isEmpty() || !inCluster) {
      if (configuration.isPresent()) {
        throw new UsageException(
            flags.origin(ServeFlags.WEBHOOK_CONFIGURATION)
                + " has no use without --tls-secret and --in-cluster; add them or leave it out");
      }
      return Optional.empty();
    }
    for (FlagRule rule : FlagRules.SHARED_SECRET) {
      rule.check(flags);
    }
    return Optional.of(
        new CertificateSettings.BuiltIn(
            namespace,
            secret.get(),
            service,
            configuration.or(() -> usual ? USUAL_NAME : Optional.empty()),
            lifetime));
  }

  private AccountSourceSettings accounts() throws UsageException {
    Optional<Path> kubeconfig = flags.find(ServeFlags.KUBECONFIG);
    Duration grace = flags.value(ServeFlags.LOOKUP_GRACE_PERIOD);
    AccountSourceSettings.Cluster cluster =
        new AccountSourceSettings.Cluster(
            kubeconfig, flags.find(ServeFlags.KUBE_API), grace.isZero() ? LOOKUP_DEADLINE : grace);
    Optional<Path> manifests = flags.find(ServeFlags.SERVICE_ACCOUNTS);
    return manifests.isPresent() ? new AccountSourceSettings.Manifests(manifests.get()) : cluster;
  }

  private IdentitySourceSettings sources() throws UsageException {
    Optional<String> roleMapNamespace = Optional.empty();
    if (flags.value(ServeFlags.WATCH_CONFIG_MAP)) {
      roleMapNamespace = Optional.of(flags.value(ServeFlags.NAMESPACE));
    }
    return new IdentitySourceSettings(
        flags.find(ContainerCredentialsFlags.CONFIG),
        flags.value(ServeFlags.NAMESPACE_DEFAULTS),
        roleMapNamespace,
        RoleCompositionFlags.settings(flags));
  }

  private LogSettings log() throws UsageException {
    return new LogSettings(
        LogSettings.Level.ofVerbosity(flags.value(ServeFlags.VERBOSITY)),
        flags.find(ServeFlags.LOG_FORMAT).orElse(usualFormat));
  }
}
