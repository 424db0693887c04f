package io.webidentity.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.account.AccountKey;
import io.webidentity.audit.ClusterView;
import io.webidentity.audit.HeldCredentials;
import io.webidentity.audit.WebhookEntry;
import io.webidentity.cli.serve.IdentityFlags;
import io.webidentity.secret.SecretText;
import io.webidentity.watch.UnusableContentException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Looks at an installation from outside, from its configuration to a pod that is tried. */
final class Doctor {
  private static final String DEFAULT_AUDIENCE = "sts.amazonaws.com";

  private final ClusterView cluster;
  private final Checks checks = new Checks();
  private final Instant now;
  private final Outside outside;
  private final Scope scope;

  /**
   * What to look at.
   *
   * @param configuration the name of the one to look at; empty for the first that is found
   * @param account whose pod is tried
   * @param token whether a token of the account is asked for
   * @param sts which STS is sent the token, if any
   */
  record Scope(
      Optional<String> configuration, AccountKey account, boolean token, Optional<URI> sts) {}

  /** Looks at a cluster, and from this machine at what is outside of it. */
  Doctor(ClusterView cluster, Outside outside, Instant now, Scope scope) {
    this.cluster = cluster;
    this.outside = outside;
    this.now = now;
    this.scope = scope;
  }

  /** All that was found. */
  List<Check> examine() throws UnusableContentException {
    checks.begin("configuration");
    List<WebhookEntry> entries = cluster.webhooks();
    Optional<WebhookEntry> ours =
        entries.stream()
            .filter(this::isAskedAbout)
            .min(Comparator.comparing(entry -> !entry.isOfChart()));
    if (ours.isEmpty()) {
      checks.failed(
          "configuration",
          scope
              .configuration()
              .map("no MutatingWebhookConfiguration %s of this kind is there"::formatted)
              .orElse("no MutatingWebhookConfiguration of the cluster calls the webhook"),
          "install the chart, or kubectl apply -k the manifests");
      return checks.all();
    }
    WebhookEntry webhook = ours.get();
    checks.passed("configuration", webhook.title());
    new ConfigurationChecks(checks, cluster).examine(webhook);
    List<X509Certificate> authorities =
        new CertificateChecks(checks, now).bundle(webhook.webhook().path("clientConfig"));
    checks.begin("service");
    Optional<Installation> installation =
        checks.look("service", Optional.empty(), () -> installation(webhook, authorities));
    checks.begin("pods");
    HeldCredentials given =
        checks.look(
            "try",
            HeldCredentials.NONE,
            () -> new TrialPod(checks, cluster, now, scope.account()).examine(webhook));
    checks.begin("issuer");
    checks.look("issuer", () -> new IssuerChecks(checks, cluster, outside).examine());
    if (scope.token()) {
      checks.look("token", () -> token(given, installation));
    }
    return checks.all();
  }

  private void token(HeldCredentials given, Optional<Installation> installation)
      throws UnusableContentException {
    String audience = given.isOfRole() ? given.audience() : audience(installation);
    Optional<SecretText> token =
        new TokenChecks(checks, cluster.api()).examine(scope.account(), audience);
    if (scope.sts().isPresent() && token.isPresent()) {
      new StsChecks(checks, new Sts(outside, scope.sts().get())).examine(given, token.get());
    }
  }

  private Optional<Installation> installation(
      WebhookEntry webhook, List<X509Certificate> authorities) throws UnusableContentException {
    Optional<Installation> found = new WorkloadChecks(checks, cluster).examine(webhook);
    if (found.isPresent()) {
      Installation installation = found.get();
      checks.look(
          "ephemeral-rule",
          () -> new ConfigurationChecks(checks, cluster).ephemeral(webhook, installation));
      checks.begin("certificate");
      checks.look(
          "certificate", () -> certificate(installation, webhook.serviceName(), authorities));
      checks.begin("rights");
      checks.look("rights", () -> new RightsChecks(checks, cluster).examine(installation));
    }
    return found;
  }

  private void certificate(
      Installation installation, String name, List<X509Certificate> authorities)
      throws UnusableContentException {
    Optional<String> secret = installation.certificateSecret();
    if (secret.isEmpty()) {
      checks.skipped(
          "certificate", "the certificate is in no Secret; the pod that is tried shows its use");
      return;
    }
    Optional<JsonNode> found =
        cluster.find(
            "/api/v1/namespaces/%s/secrets/%s".formatted(installation.namespace(), secret.get()));
    if (found.isEmpty()) {
      checks.failed(
          "certificate",
          "Secret %s/%s does not exist".formatted(installation.namespace(), secret.get()),
          "have cert-manager or the webhook make it, or create it");
      return;
    }
    String pem =
        new String(
            Base64.getMimeDecoder().decode(found.get().path("data").path("tls.crt").asText("")),
            StandardCharsets.UTF_8);
    new CertificateChecks(checks, now).served(pem, name, authorities);
  }

  private static String audience(Optional<Installation> installation)
      throws UnusableContentException {
    return installation.isPresent()
        ? installation.get().read(flags -> IdentityFlags.identity(flags).audience())
        : DEFAULT_AUDIENCE;
  }

  private boolean isAskedAbout(WebhookEntry entry) {
    String name = entry.configuration().path("metadata").path("name").asText("");
    return scope.configuration().map(name::equals).orElseGet(() -> callsUs(entry));
  }

  private static boolean callsUs(WebhookEntry entry) {
    return entry.webhook().at("/clientConfig/service/path").asText("").equals("/mutate")
        || entry.webhook().path("clientConfig").has("url");
  }
}
