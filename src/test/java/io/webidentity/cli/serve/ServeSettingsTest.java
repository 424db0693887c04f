package io.webidentity.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.webidentity.aws.EndpointUrl;
import io.webidentity.cli.ProgramRun;
import io.webidentity.cli.flag.Flag;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.config.AdmissionSettings;
import io.webidentity.config.AuditSettings;
import io.webidentity.config.CertificateSettings;
import io.webidentity.config.ClientSettings;
import io.webidentity.config.IdentitySettings;
import io.webidentity.config.IdentitySourceSettings;
import io.webidentity.config.LogSettings;
import io.webidentity.config.ObservationSettings;
import io.webidentity.config.ObservationSettings.Debugging;
import io.webidentity.config.RoleCompositionSettings;
import io.webidentity.config.RolePolicySettings;
import io.webidentity.config.ServerSettings;
import io.webidentity.config.TlsSettings;
import io.webidentity.config.TlsVersion;
import io.webidentity.injection.ContainerCredentialsSettings;
import io.webidentity.injection.InjectionSettings;
import io.webidentity.injection.SessionNameTemplate;
import io.webidentity.injection.SessionSettings;
import io.webidentity.server.ServeSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServeSettingsTest {
  @Test
  void without_flags_the_defaults_are_those_of_the_reference() {
    assertThat(ProgramRun.of().settings())
        .isEqualTo(
            new ServeSettings(
                new ServerSettings(443, 9999, Duration.ofSeconds(5)),
                new TlsSettings(
                    new CertificateSettings.Files(
                        Path.of("/etc/webhook/certs/tls.crt"),
                        Path.of("/etc/webhook/certs/tls.key")),
                    TlsVersion.TLS_1_2,
                    List.of(),
                    Optional.empty()),
                new AccountSourceSettings.Cluster(
                    Optional.empty(), Optional.empty(), Duration.ofSeconds(2)),
                new IdentitySettings(
                    "eks.amazonaws.com",
                    "sts.amazonaws.com",
                    86_400,
                    false,
                    Optional.empty(),
                    "pods.eks.amazonaws.com"),
                IdentitySourceSettings.NONE,
                RolePolicySettings.NONE,
                SessionSettings.NONE,
                new InjectionSettings(
                    "eks.amazonaws.com",
                    "/var/run/secrets/eks.amazonaws.com/serviceaccount",
                    ContainerCredentialsSettings.DEFAULT),
                AdmissionSettings.NONE,
                false,
                Optional.empty(),
                Optional.empty(),
                new LogSettings(LogSettings.Level.INFO, LogSettings.Format.JSON),
                ObservationSettings.NONE));
    assertThat(ServeFlags.IN_CLUSTER.byDefault()).contains("true");
    assertThat(ServeFlags.NAMESPACE.byDefault()).contains("eks");
    assertThat(ServeFlags.SERVICE_NAME.byDefault()).contains("pod-identity-webhook");
  }

  private static AuditSettings audit(ServeSettings settings) {
    return settings.audit().orElseThrow();
  }

  /** Flag, text, where the settings show it, the value there. */
  static Stream<Arguments> values() {
    return Stream.of(
        row("port", "8443", s -> s.server().port(), 8443),
        row("port", "0", s -> s.server().port(), 0),
        row("audit-interval", "90s", s -> audit(s).interval(), Duration.ofSeconds(90)),
        row("audit-interval", "1h", s -> audit(s).lease(), "pod-identity-webhook-audit"),
        row("audit-interval", "1h", s -> audit(s).evictionsPerMinute(), 0),
        row("metrics-port", "65535", s -> s.server().metricsPort(), 65_535),
        row("shutdown-delay", "1m30s", s -> s.server().shutdownDelay(), Duration.ofSeconds(90)),
        row("shutdown-delay", "0", s -> s.server().shutdownDelay(), Duration.ZERO),
        row("tls-cert", "a.crt", s -> files(s).certificate(), Path.of("a.crt")),
        row("tls-key", "a b.key", s -> files(s).key(), Path.of("a b.key")),
        row("tls-min-version", "", s -> s.tls().minimumVersion(), TlsVersion.TLS_1_2),
        row("tls-min-version", "1.2", s -> s.tls().minimumVersion(), TlsVersion.TLS_1_2),
        row("tls-min-version", "1.3", s -> s.tls().minimumVersion(), TlsVersion.TLS_1_3),
        row("tls-min-version", "VersionTLS12", s -> s.tls().minimumVersion(), TlsVersion.TLS_1_2),
        row("tls-min-version", "VersionTLS13", s -> s.tls().minimumVersion(), TlsVersion.TLS_1_3),
        row("tls-cipher-suites", "", s -> s.tls().cipherSuites(), List.of()),
        row(
            "tls-cipher-suites",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256",
            s -> s.tls().cipherSuites(),
            List.of("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")),
        row(
            "tls-cipher-suites",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
            s -> s.tls().cipherSuites(),
            List.of("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256")),
        row(
            "client-ca",
            "c.crt",
            s -> s.tls().clients(),
            Optional.of(new ClientSettings(Path.of("c.crt"), Set.of()))),
        row("client-names", "", s -> s.tls().clients(), Optional.empty()),
        row("compare-with", "https://o/mutate", s -> other(s), URI.create("https://o/mutate")),
        row("compare-with", "https://o:8443", s -> other(s), URI.create("https://o:8443/mutate")),
        row(
            "compare-with",
            "https://[::1]/x?y=z",
            s -> other(s),
            URI.create("https://[::1]/x?y=z")),
        row("kubeconfig", "k.yaml", s -> cluster(s).kubeconfig(), Optional.of(Path.of("k.yaml"))),
        row("kubeconfig", "", s -> cluster(s).kubeconfig(), Optional.empty()),
        row(
            "kube-api",
            "https://host:6443",
            s -> cluster(s).apiServer(),
            Optional.of(URI.create("https://host:6443"))),
        row("kube-api", "", s -> cluster(s).apiServer(), Optional.empty()),
        row("resync-period", "1.5h", s -> s, ProgramRun.of().settings()),
        row(
            "service-account-lookup-grace-period",
            "100ms",
            s -> cluster(s).lookupDeadline(),
            Duration.ofMillis(100)),
        row(
            "service-account-lookup-grace-period",
            "0s",
            s -> cluster(s).lookupDeadline(),
            Duration.ofSeconds(2)),
        row("annotation-prefix", "a.example", s -> s.identity().annotationPrefix(), "a.example"),
        row("annotation-prefix", "b.example", s -> s.injection().annotationPrefix(), "b.example"),
        row("token-audience", "sts.test", s -> s.identity().audience(), "sts.test"),
        row("token-expiration", "3600", s -> s.identity().tokenExpirationSeconds(), 3600L),
        row("token-expiration", "599", s -> s.identity().tokenExpirationSeconds(), 600L),
        row("token-expiration", "-5", s -> s.identity().tokenExpirationSeconds(), 600L),
        row(
            "token-expiration",
            "4294967296",
            s -> s.identity().tokenExpirationSeconds(),
            4_294_967_296L),
        row("token-mount-path", "/t/", s -> s.injection().tokenMountPath(), "/t/"),
        row(
            "aws-default-region",
            "eu-central-1",
            s -> s.identity().region(),
            Optional.of("eu-central-1")),
        row("aws-default-region", "", s -> s.identity().region(), Optional.empty()),
        row(
            "role-session-name",
            "{namespace}.{service-account}",
            s -> s.session().name(),
            SessionNameTemplate.of("{namespace}.{service-account}")),
        row(
            "role-session-name",
            "{pod-uid}",
            s -> s.session().name(),
            SessionNameTemplate.of("{pod-uid}")),
        row("role-session-name", "", s -> s.session().name(), Optional.empty()),
        row(
            "cluster-name",
            "arn:aws:eks:eu-central-1:111122223333:cluster/a",
            s -> s.session().clusterName(),
            Optional.of("arn:aws:eks:eu-central-1:111122223333:cluster/a")),
        row("cluster-name", "", s -> s.session().clusterName(), Optional.empty()),
        row(
            "sts-endpoint-url",
            "https://sts.example.com",
            s -> s.session().stsEndpoint(),
            EndpointUrl.of("https://sts.example.com")),
        row("sts-endpoint-url", "", s -> s.session().stsEndpoint(), Optional.empty()),
        row(
            "endpoint-url",
            "http://minio:9000/",
            s -> s.session().endpoint(),
            EndpointUrl.of("http://minio:9000/")),
        row("endpoint-url", "", s -> s.session().endpoint(), Optional.empty()),
        row(
            "watch-container-credentials-config",
            "a.json",
            s -> s.sources().containerCredentials(),
            Optional.of(Path.of("a.json"))),
        row(
            "container-credentials-audience",
            "aud",
            s -> s.identity().containerCredentialsAudience(),
            "aud"),
        row(
            "container-credentials-token-mount-path",
            "/a/b/",
            s -> s.injection().containerCredentials().mountPath(),
            "/a/b/"),
        row(
            "container-credentials-token-volume-name",
            "token",
            s -> s.injection().containerCredentials().volumeName(),
            "token"),
        row(
            "container-credentials-token-path",
            "a/b",
            s -> s.injection().containerCredentials().tokenPath(),
            "a/b"),
        row(
            "container-credentials-full-uri",
            "http://[fd00:ec2::23]/v1/credentials",
            s -> s.injection().containerCredentials().fullUri(),
            "http://[fd00:ec2::23]/v1/credentials"),
        row(
            "service-accounts",
            "accounts",
            ServeSettings::accounts,
            new AccountSourceSettings.Manifests(Path.of("accounts"))),
        row("log-format", "text", s -> s.log().format(), LogSettings.Format.TEXT),
        row("log-format", "json", s -> s.log().format(), LogSettings.Format.JSON),
        row("v", "-1", s -> s.log().level(), LogSettings.Level.INFO),
        row("v", "1", s -> s.log().level(), LogSettings.Level.INFO),
        row("v", "2", s -> s.log().level(), LogSettings.Level.DEBUG),
        row("v", "4", s -> s.log().level(), LogSettings.Level.DEBUG),
        row("v", "5", s -> s.log().level(), LogSettings.Level.TRACE));
  }

  @ParameterizedTest(name = "--{0}={1}")
  @MethodSource("values")
  void a_value_is_taken_in_every_form(
      String flag, String text, Function<ServeSettings, Object> part, Object value) {
    String variable = "WEBHOOK_FLAG_" + flag.toUpperCase(java.util.Locale.ROOT).replace('-', '_');
    assertThat(part.apply(ProgramRun.of("--" + flag + "=" + text).settings())).isEqualTo(value);
    assertThat(part.apply(ProgramRun.of("--" + flag, text).settings())).isEqualTo(value);
    assertThat(part.apply(ProgramRun.of(Map.of(variable, text)).settings())).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a                         | [a]
          kube-apiserver, Other CN  | [kube-apiserver, Other CN]
          system:a,system:a         | [system:a]
          ``                        | []
          """)
  void names_of_clients_are_listed_with_commas(String names, String expected) {
    ServeSettings settings = ProgramRun.of("--client-ca=c", "--client-names=" + names).settings();

    assertThat(settings.tls().clients().orElseThrow().names())
        .containsExactlyInAnyOrder(
            Arrays.stream(expected.substring(1, expected.length() - 1).split(", "))
                .filter(name -> !name.isEmpty())
                .toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({"--events, true", "--events=false, false"})
  void events_are_written_where_they_are_asked_for(String words, boolean expected) {
    assertThat(ProgramRun.of(words).settings().events()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"-v=4", "-v 4", "-v4", "--v=4", "--v 4"})
  void verbosity_has_a_one_letter_form_as_in_klog(String words) {
    assertThat(ProgramRun.of(words.split(" ", -1)).settings().log().level())
        .isEqualTo(LogSettings.Level.DEBUG);
  }

  @ParameterizedTest
  @CsvSource({
    "--sts-regional-endpoint, true",
    "--sts-regional-endpoint=true, true",
    "--sts-regional-endpoint=T, true",
    "--sts-regional-endpoint=1, true",
    "--sts-regional-endpoint=TRUE, true",
    "--sts-regional-endpoint=false, false",
    "--sts-regional-endpoint=F, false",
    "--sts-regional-endpoint=0, false",
    "--sts-regional-endpoint --sts-regional-endpoint=false, false",
    "--sts-regional-endpoint --port=1, true",
  })
  void a_boolean_may_stand_bare_and_the_last_one_wins(String words, boolean expected) {
    assertThat(ProgramRun.of(words.split(" ", -1)).settings().identity().regionalSts())
        .isEqualTo(expected);
  }

  @Test
  void ephemeral_containers_are_injected_where_a_flag_says_so() {
    assertThat(ProgramRun.of("--inject-ephemeral-containers").settings().admission())
        .isEqualTo(new AdmissionSettings(true));
  }

  /** The reference then asked the cluster for its certificate, into this Secret. */
  @ParameterizedTest
  @ValueSource(strings = {"--in-cluster", "--in-cluster=true"})
  void in_cluster_means_built_in_certificates_under_the_usual_names(String flag) {
    assertThat(ProgramRun.of(flag, "--namespace=ns").settings().tls().certificate())
        .isEqualTo(
            new CertificateSettings.BuiltIn(
                "ns",
                "pod-identity-webhook",
                "pod-identity-webhook",
                Optional.of("pod-identity-webhook"),
                Duration.ofDays(90)));
  }

  @ParameterizedTest
  @CsvSource({
    "--in-cluster=false",
    "--in-cluster --tls-cert=a.crt",
    "--in-cluster --tls-key=a.key",
    "--in-cluster --self-signed",
    "--in-cluster --service-accounts=a.yaml",
    "--in-cluster --tls-secret=own",
  })
  void in_cluster_changes_nothing_where_the_certificate_comes_from_elsewhere(String flags) {
    String[] words = flags.split(" ", -1);
    assertThat(ProgramRun.of(words).settings())
        .isEqualTo(ProgramRun.of(Arrays.copyOfRange(words, 1, words.length)).settings());
  }

  @Test
  void the_ignored_flags_are_taken_in_every_form_and_change_nothing() {
    ServeSettings usual = ProgramRun.of().settings();
    assertThat(IgnoredFlags.ALL).hasSize(14);
    for (Flag<?> flag : IgnoredFlags.ALL) {
      String text = flag.mayStandBare() ? "true" : "2s";
      String[] apart =
          flag.mayStandBare() ? new String[] {flag.dashed()} : new String[] {flag.dashed(), text};
      assertThat(ProgramRun.of(apart).settings()).isEqualTo(usual);
      assertThat(ProgramRun.of(flag.dashed() + "=" + text).settings()).isEqualTo(usual);
      assertThat(ProgramRun.of(Map.of(flag.environmentVariable(), text)).settings())
          .isEqualTo(usual);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--compatible-metrics,true",
    "--compatible-metrics=1,true",
    "--compatible-metrics=false,false",
    "--enable-debugging-handlers,false"
  })
  void the_references_metrics_are_shown_where_a_flag_says_so(String flag, boolean shown) {
    assertThat(ProgramRun.of(flag).settings().observation().compatibleMetrics()).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({
    "--enable-debugging-handlers,FROM_LOOPBACK",
    "--enable-debugging-handlers=t,FROM_LOOPBACK",
    "--enable-debugging-handlers=F,OFF",
    "--compatible-metrics,OFF"
  })
  void debugging_handlers_are_there_where_a_flag_says_so(String flag, Debugging debugging) {
    assertThat(ProgramRun.of(flag).settings().observation().debugging()).isEqualTo(debugging);
    assertThat(
            ProgramRun.of(Map.of("WEBHOOK_FLAG_ENABLE_DEBUGGING_HANDLERS", "false"), flag)
                .settings()
                .observation()
                .debugging())
        .isEqualTo(debugging);
  }

  @ParameterizedTest
  @CsvSource({"loopback,FROM_LOOPBACK", "any,FROM_ANYWHERE"})
  void debugging_handlers_are_for_whom_a_flag_says(String from, Debugging debugging) {
    assertThat(
            ProgramRun.of("--enable-debugging-handlers", "--debugging-handlers-from=" + from)
                .settings()
                .observation()
                .debugging())
        .isEqualTo(debugging);
  }

  /** A boolean that is false, or a text that is empty, is not in use. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--tls-secret=s --self-signed=false",
        "--service-accounts=a --events=false --kubeconfig=",
        "--role-policy= --role-policy-config-map=b",
        "--tls-secret=s --tls-cert=c --in-cluster=false",
      })
  void flags_that_are_not_in_use_exclude_nothing(String flags) {
    assertThat(ProgramRun.of(flags.split(" ", -1)).served()).hasSize(1);
  }

  @Test
  void the_command_line_wins_over_the_environment() {
    Map<String, String> environment =
        Map.of("WEBHOOK_FLAG_PORT", "not even a port", "WEBHOOK_FLAG_METRICS_PORT", "1");
    ServerSettings server = ProgramRun.of(environment, "--port=2").settings().server();
    assertThat(server.port()).isEqualTo(2);
    assertThat(server.metricsPort()).isEqualTo(1);
  }

  @Test
  void a_list_of_tls_1_3_suites_only_asks_for_tls_1_3() {
    TlsSettings tls = ProgramRun.of("--tls-cipher-suites=TLS_AES_256_GCM_SHA384").settings().tls();
    assertThat(tls.cipherSuites()).isEmpty();
    assertThat(tls.minimumVersion()).isEqualTo(TlsVersion.TLS_1_3);
  }

  @Test
  void a_self_signed_certificate_is_for_the_service() {
    ServeSettings settings =
        ProgramRun.of(
                "--self-signed",
                "--self-signed-ca-out=ca.pem",
                "--namespace=ns",
                "--service-name=s")
            .settings();
    assertThat(settings.tls().certificate())
        .isEqualTo(
            new CertificateSettings.SelfSigned(
                Optional.of(Path.of("ca.pem")),
                List.of("s", "s.ns", "s.ns.svc", "s.ns.svc.cluster.local")));
  }

  @Test
  void built_in_certificates_are_shared_through_a_secret_of_the_namespace() {
    ServeSettings settings =
        ProgramRun.of("--tls-secret=webhook-tls", "--namespace=ns", "--service-name=s").settings();
    assertThat(settings.tls().certificate())
        .isEqualTo(
            new CertificateSettings.BuiltIn(
                "ns", "webhook-tls", "s", Optional.empty(), Duration.ofDays(90)));
  }

  @Test
  void built_in_certificates_are_announced_in_a_configuration_and_last_as_long_as_asked() {
    ServeSettings settings =
        ProgramRun.of(
                Map.of("WEBHOOK_FLAG_CERTIFICATE_LIFETIME", "12s"),
                "--tls-secret=webhook-tls",
                "--webhook-configuration=pod-identity")
            .settings();
    assertThat(settings.tls().certificate())
        .isEqualTo(
            new CertificateSettings.BuiltIn(
                "eks",
                "webhook-tls",
                "pod-identity-webhook",
                Optional.of("pod-identity"),
                Duration.ofSeconds(12)));
  }

  /** As in the reference: files count where --in-cluster is off, whatever the Secret. */
  @Test
  void outside_of_a_cluster_the_secret_does_not_count() {
    ServeSettings settings =
        ProgramRun.of("--in-cluster=false", "--tls-secret=webhook-tls", "--tls-cert=a.crt")
            .settings();
    assertThat(files(settings).certificate()).isEqualTo(Path.of("a.crt"));
  }

  @ParameterizedTest
  @CsvSource({"--watch-config-map,ns", "--watch-config-map=false,", "--watch-config-map=true,ns"})
  void the_role_map_is_that_of_the_webhooks_namespace(String flag, String namespace) {
    assertThat(ProgramRun.of("--namespace=ns", flag).settings().sources().roleMapNamespace())
        .isEqualTo(Optional.ofNullable(namespace));
  }

  /** Flags, and the settings that they make. */
  static Stream<Arguments> compositions() {
    URI usual = URI.create("http://169.254.169.254");
    String account = "--account-id=111122223333";
    return Stream.of(
        arguments("--compose-role-arn=false", null),
        arguments(
            "--compose-role-arn", new RoleCompositionSettings.OfInstance(usual, Optional.empty())),
        arguments(
            "--compose-role-arn=true --imds-endpoint=http://[fd00:ec2::254] --partition=aws-cn",
            new RoleCompositionSettings.OfInstance(
                URI.create("http://[fd00:ec2::254]"), Optional.of("aws-cn"))),
        arguments(
            "--compose-role-arn " + account,
            new RoleCompositionSettings.Given("aws", "111122223333")),
        arguments(
            "--compose-role-arn --aws-default-region=us-gov-west-1 " + account,
            new RoleCompositionSettings.Given("aws-us-gov", "111122223333")),
        arguments(
            "--compose-role-arn --aws-default-region=cn-north-1 --partition=aws " + account,
            new RoleCompositionSettings.Given("aws", "111122223333")));
  }

  @ParameterizedTest
  @MethodSource("compositions")
  void roles_are_completed_as_asked(String flags, @Nullable RoleCompositionSettings settings) {
    assertThat(ProgramRun.of(flags.split(" ", -1)).settings().sources().roleComposition())
        .isEqualTo(Optional.ofNullable(settings));
  }

  @Test
  void a_session_name_may_name_the_cluster_where_a_flag_does() {
    ServeSettings settings =
        ProgramRun.of("--role-session-name={cluster}_{namespace}", "--cluster-name=prod")
            .settings();
    assertThat(settings.session())
        .isEqualTo(
            new SessionSettings(
                SessionNameTemplate.of("{cluster}_{namespace}"),
                Optional.of("prod"),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void two_free_ports_do_not_collide() {
    assertThat(ProgramRun.of("--port=0", "--metrics-port=0").settings().server().port()).isZero();
  }

  private static Arguments row(
      String flag, String text, Function<ServeSettings, Object> part, Object value) {
    return arguments(flag, text, part, value);
  }

  private static URI other(ServeSettings settings) {
    return settings.shadow().orElseThrow().other();
  }

  private static CertificateSettings.Files files(ServeSettings settings) {
    return (CertificateSettings.Files) settings.tls().certificate();
  }

  private static AccountSourceSettings.Cluster cluster(ServeSettings settings) {
    return (AccountSourceSettings.Cluster) settings.accounts();
  }
}
