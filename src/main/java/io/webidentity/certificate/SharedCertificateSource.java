package io.webidentity.certificate;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.certificate.TrustedAuthorities.Announcement;
import io.webidentity.config.CertificateSettings;
import io.webidentity.observability.LogKeys;
import io.webidentity.watch.RepeatedLook;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The built-in authority: replicas that agree on certificates through one Secret, and tell API
 * servers whom to trust. No replica leads: each looks at the Secret again and again, does what
 * {@link CertificateRotation} says is due, and yields where another one was faster.
 *
 * <p>API servers are told only by a replica that can answer: until then the configuration has no
 * bundle they could trust, and no pod waits for a webhook that is not there.
 */
public final class SharedCertificateSource implements CertificateSource {
  private static final Logger LOG = LoggerFactory.getLogger(SharedCertificateSource.class);

  /** How long a replica may serve what others have replaced; two requests to the API server. */
  private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(10);

  /** Time between two looks while something is left to do. */
  private static final Duration HURRY = Duration.ofSeconds(1);

  /** How often replicas may get in each other's way in one look; there are few of them. */
  private static final int ATTEMPTS = 5;

  private final CertificateSecret secret;
  private final Optional<TrustedAuthorities> authorities;
  private final CertificateRotation rotation;
  private final BooleanSupplier serving;
  private final Duration interval;
  private final RepeatedLook looks;

  private volatile @Nullable ServingCertificate current;
  private volatile Consumer<ServingCertificate> onChange = _ -> {};
  private volatile boolean settled;

  /**
   * @param authorities where API servers are told; absent where somebody else does it
   * @param serving whether this replica can answer API servers
   * @param interval time between two looks
   */
  SharedCertificateSource(
      CertificateSecret secret,
      Optional<TrustedAuthorities> authorities,
      CertificateRotation rotation,
      BooleanSupplier serving,
      Duration interval) {
    this.secret = secret;
    this.authorities = authorities;
    this.rotation = rotation;
    this.serving = serving;
    this.interval = interval;
    this.looks = new RepeatedLook("certificate", this::untilNextLook, this::look, this::report);
  }

  /**
   * That of a webhook in a cluster.
   *
   * @param client stays open, as the process ends with the source
   * @param settings names of Secret, Service and configuration, and how long certificates last
   * @param serving whether this replica can answer API servers
   */
  public static SharedCertificateSource inCluster(
      KubernetesClient client,
      CertificateSettings.BuiltIn settings,
      BooleanSupplier serving,
      Clock clock) {
    String namespace = settings.namespace();
    NamespacedName service = new NamespacedName(namespace, settings.service());
    List<String> hosts = List.of(settings.service() + "." + namespace + ".svc");
    return new SharedCertificateSource(
        new ClusterCertificateSecret(client, new NamespacedName(namespace, settings.secret())),
        settings.configuration().map(name -> new ConfigurationAuthorities(client, name, service)),
        new CertificateRotation(hosts, settings.lifetime(), clock),
        serving,
        interval(settings.lifetime()));
  }

  /** Five looks fit into the sixth of a lifetime for which the next authority is announced. */
  private static Duration interval(Duration lifetime) {
    Duration fifth = lifetime.dividedBy(30);
    return fifth.compareTo(LONGEST_INTERVAL) < 0 ? fifth : LONGEST_INTERVAL;
  }

  @Override
  public void start(Consumer<ServingCertificate> onChange) {
    this.onChange = onChange;
    looks.start();
    looks.wake();
  }

  private Duration untilNextLook() {
    return settled || HURRY.compareTo(interval) > 0 ? interval : HURRY;
  }

  @Override
  public Optional<ServingCertificate> current() {
    return Optional.ofNullable(current);
  }

  @Override
  public Optional<RepeatedLook> looks() {
    return Optional.of(looks);
  }

  @Override
  public void close() {
    looks.close();
  }

  /** One look, repeated while other replicas are faster. */
  private void look() throws ClusterStateException {
    settled = false;
    for (int attempt = 0; attempt < ATTEMPTS && !settled; attempt++) {
      settled = settle();
    }
  }

  /**
   * One look. The announcement is read before the Secret: what is then written to it, on condition
   * that it has not changed, is never older than what it says.
   *
   * @return false if something is left to do: somebody else has changed something meanwhile, or
   *     this replica cannot answer API servers yet
   */
  private boolean settle() throws ClusterStateException {
    Optional<Announcement> announced =
        authorities.isPresent() ? Optional.of(authorities.get().read()) : Optional.empty();
    CertificateSecret.Snapshot snapshot = secret.read();
    SharedCertificates shared = parse(snapshot);
    SharedCertificates due =
        rotation.advance(shared, announced.map(Announcement::everywhere).orElse(shared.trusted()));
    if (!due.equals(shared) && !secret.replace(snapshot, due.data())) {
      return false;
    }
    due.current().ifPresent(this::serve);
    if (announced.isEmpty()) {
      return true;
    }
    return serving.getAsBoolean() && announce(announced.get(), due.trusted());
  }

  private boolean announce(Announcement announced, List<X509Certificate> trusted)
      throws ClusterStateException {
    String wanted = new String(Pem.write(trusted), StandardCharsets.US_ASCII);
    if (announced.pem().stream().allMatch(wanted::equals)) {
      return true;
    }
    if (!authorities.orElseThrow().announce(announced, trusted)) {
      return false;
    }
    LOG.info(
        "CA bundle written to the MutatingWebhookConfiguration; CA certificates: {}",
        trusted.size());
    return true;
  }

  /** What cannot be read is made again: nobody but the replicas has a use for it. */
  private SharedCertificates parse(CertificateSecret.Snapshot snapshot) {
    try {
      return SharedCertificates.read(snapshot.data(), secret.describe());
    } catch (UnusableCertificateException e) {
      LOG.warn("new certificates are made, as what is there cannot be used: {}", e.getMessage());
      return SharedCertificates.NONE;
    }
  }

  private void serve(ServingCertificate certificate) {
    ServingCertificate before = current;
    if (before != null && before.leaf().equals(certificate.leaf())) {
      return;
    }
    onChange.accept(certificate);
    current = certificate;
    LOG.atInfo()
        .addKeyValue(LogKeys.CERTIFICATE_EXPIRY, certificate.notAfter().toString())
        .log("serving certificate loaded from {}", secret.describe());
  }

  private void report(String problem, @Nullable Throwable bug) {
    LOG.atWarn()
        .setCause(bug)
        .log(
            "shared certificates: {}; {}, looking again",
            problem,
            current == null ? "not ready without one" : "the one before stays in use");
  }
}
