package io.webidentity.cli.serve;

import static io.webidentity.cli.flag.FlagGroup.CLUSTER;
import static io.webidentity.cli.flag.FlagGroup.LOGGING;
import static io.webidentity.cli.flag.FlagGroup.SERVING;
import static io.webidentity.cli.flag.FlagGroup.WITHOUT_CLUSTER;

import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.GoDuration;
import io.webidentity.cli.flag.Values;
import io.webidentity.config.LogSettings;
import io.webidentity.config.TlsCipherSuite;
import io.webidentity.config.TlsVersion;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The server's flags, in the order of the help. Names and defaults are those of
 * amazon-eks-pod-identity-webhook, so that this program takes its place without a change; klog's
 * flags are accepted for the same reason.
 */
public final class ServeFlags {
  /** The TLS port. */
  public static final Flag<Integer> PORT =
      Flag.taking("port", "PORT", SERVING, Values::port, "TLS port of /mutate, /healthz, /readyz.")
          .byDefault("443")
          .mostUsed();

  static final Flag<Integer> METRICS_PORT =
      Flag.taking(
              "metrics-port",
              "PORT",
              SERVING,
              Values::port,
              "Plain port of /metrics, /healthz, /readyz.")
          .byDefault("9999");
  static final Flag<Path> TLS_CERT =
      Flag.taking(
              "tls-cert",
              "FILE",
              SERVING,
              Values::path,
              "Certificate and its chain, PEM, leaf first; watched.")
          .byDefault("/etc/webhook/certs/tls.crt")
          .mostUsed();
  static final Flag<Path> TLS_KEY =
      Flag.taking("tls-key", "FILE", SERVING, Values::path, "Private key of the certificate, PEM.")
          .byDefault("/etc/webhook/certs/tls.key")
          .mostUsed();

  static final Flag<String> TLS_SECRET =
      Flag.taking(
              "tls-secret",
              "NAME",
              SERVING,
              Values::dnsSubdomain,
              "Secret in --namespace that the replicas share certificates of their own through,"
                  + " instead of --tls-cert and --tls-key; it must exist.")
          .mostUsed();

  static final Flag<String> WEBHOOK_CONFIGURATION =
      Flag.taking(
          "webhook-configuration",
          "NAME",
          SERVING,
          Values::dnsSubdomain,
          "MutatingWebhookConfiguration to write the CA bundle of --tls-secret to.");

  static final Flag<Duration> CERTIFICATE_LIFETIME =
      Flag.taking(
              "certificate-lifetime",
              "DURATION",
              SERVING,
              Values::certificateLifetime,
              "Lifetime of certificates of --tls-secret, renewed after two thirds of it; at least"
                  + " 12s.")
          .byDefault("2160h");
  static final Flag<TlsVersion> TLS_MIN_VERSION =
      Flag.taking(
              "tls-min-version",
              "VERSION",
              SERVING,
              Values::tlsVersion,
              "Lowest TLS version accepted: 1.2 or 1.3 (also VersionTLS12, VersionTLS13).")
          .byDefault("1.2")
          .among("1.2", "1.3");
  static final Flag<List<TlsCipherSuite>> TLS_CIPHER_SUITES =
      Flag.taking(
          "tls-cipher-suites",
          "NAMES",
          SERVING,
          Values::cipherSuites,
          "TLS cipher suites accepted, by Go's names, comma separated; empty means all secure"
              + " ones.");
  public static final Flag<Path> CLIENT_CA =
      Flag.taking(
          "client-ca",
          "FILE",
          SERVING,
          Values::path,
          "CA certificates, PEM, watched: /mutate answers only clients with a certificate of one"
              + " of these CAs.");
  static final Flag<Set<String>> CLIENT_NAMES =
      Flag.taking(
          "client-names",
          "NAMES",
          SERVING,
          Values::commonNames,
          "Common names (CN) of the certificates of --client-ca that count, comma separated; empty"
              + " means all.");
  static final Flag<Duration> SHUTDOWN_DELAY =
      Flag.taking(
              "shutdown-delay",
              "DURATION",
              SERVING,
              GoDuration::parse,
              "How long to serve on, not ready, after SIGTERM.")
          .byDefault("5s");

  /** Whether debug containers are given something. */
  public static final Flag<Boolean> INJECT_EPHEMERAL_CONTAINERS =
      Flag.bool(
          "inject-ephemeral-containers",
          SERVING,
          false,
          "Give ephemeral containers (kubectl debug) the environment and mount of their pod; needs a"
              + " rule for UPDATE of pods/ephemeralcontainers.");

  public static final Flag<Path> KUBECONFIG =
      Flag.taking(
              "kubeconfig",
              "FILE",
              CLUSTER,
              Values::path,
              "Kubeconfig file; without one, the pod's own API credentials are used.")
          .mostUsed();
  static final Flag<URI> KUBE_API =
      Flag.taking(
          "kube-api",
          "URL",
          CLUSTER,
          Values::apiServer,
          "API server, instead of the one the kubeconfig or the pod's environment names.");
  static final Flag<Boolean> IN_CLUSTER =
      Flag.bool(
          "in-cluster",
          CLUSTER,
          true,
          "false: certificates come from files, even with --tls-secret. true, written out and without"
              + " --tls-secret, --tls-cert, --tls-key or --self-signed: they are made and shared"
              + " through Secret pod-identity-webhook.");
  public static final Flag<String> NAMESPACE =
      Flag.taking("namespace", "NAME", CLUSTER, Values::dnsLabel, "Namespace this webhook runs in.")
          .byDefault("eks")
          .mostUsed();
  static final Flag<String> SERVICE_NAME =
      Flag.taking(
              "service-name",
              "NAME",
              CLUSTER,
              Values::dnsLabel,
              "Service in front of this webhook, named by the certificates that are made here.")
          .byDefault("pod-identity-webhook");
  public static final Flag<Boolean> WATCH_CONFIG_MAP =
      Flag.bool(
          "watch-config-map",
          CLUSTER,
          false,
          "Take roles of accounts that have no annotation from ConfigMap pod-identity-webhook in"
              + " --namespace, watched.");
  static final Flag<Duration> LOOKUP_GRACE_PERIOD =
      Flag.taking(
              "service-account-lookup-grace-period",
              "DURATION",
              CLUSTER,
              GoDuration::parse,
              "How long a live look-up of a ServiceAccount may take; 0 means 2s.")
          .byDefault("0");
  public static final Flag<Boolean> NAMESPACE_DEFAULTS =
      Flag.bool(
          "namespace-defaults",
          CLUSTER,
          false,
          "Read the annotations of Namespaces, too, as defaults for their ServiceAccounts.");

  public static final Flag<Path> SERVICE_ACCOUNTS =
      Flag.taking(
              "service-accounts",
              "PATH",
              WITHOUT_CLUSTER,
              Values::path,
              "File or folder of ServiceAccount manifests, watched, instead of a cluster.")
          .mostUsed();
  static final Flag<Boolean> SELF_SIGNED =
      Flag.bool(
          "self-signed",
          WITHOUT_CLUSTER,
          false,
          "Make a certificate at start, instead of --tls-cert and --tls-key.");
  static final Flag<Path> SELF_SIGNED_CA_OUT =
      Flag.taking(
          "self-signed-ca-out",
          "FILE",
          WITHOUT_CLUSTER,
          Values::path,
          "Where to write the CA certificate of --self-signed, for clients to trust.");

  static final Flag<LogSettings.Format> LOG_FORMAT =
      Flag.taking(
              "log-format",
              "FORMAT",
              LOGGING,
              Values::logFormat,
              "json or text; without it, text on a terminal, else json.")
          .among("json", "text");
  static final Flag<Integer> VERBOSITY =
      Flag.taking(
              "v",
              "LEVEL",
              LOGGING,
              Values::verbosity,
              "Verbosity: 0 and 1 log what matters, 2 to 4 every decision, 5 and above all.")
          .byDefault("0")
          .mostUsed();

  /** All of them. */
  public static final List<Flag<?>> ALL =
      Stream.of(
              List.<Flag<?>>of(
                  PORT,
                  METRICS_PORT,
                  TLS_CERT,
                  TLS_KEY,
                  TLS_SECRET,
                  WEBHOOK_CONFIGURATION,
                  CERTIFICATE_LIFETIME,
                  TLS_MIN_VERSION,
                  TLS_CIPHER_SUITES,
                  CLIENT_CA,
                  CLIENT_NAMES,
                  SHUTDOWN_DELAY,
                  INJECT_EPHEMERAL_CONTAINERS),
              IdentityFlags.ALL,
              RolePolicyFlags.ALL,
              ObservationFlags.ALL,
              ShadowFlags.ALL,
              List.<Flag<?>>of(
                  KUBECONFIG,
                  KUBE_API,
                  IN_CLUSTER,
                  NAMESPACE,
                  SERVICE_NAME,
                  WATCH_CONFIG_MAP,
                  LOOKUP_GRACE_PERIOD,
                  NAMESPACE_DEFAULTS,
                  SERVICE_ACCOUNTS,
                  SELF_SIGNED,
                  SELF_SIGNED_CA_OUT,
                  LOG_FORMAT,
                  VERBOSITY),
              IgnoredFlags.ALL)
          .<Flag<?>>flatMap(List::stream)
          .toList();

  private ServeFlags() {}
}
