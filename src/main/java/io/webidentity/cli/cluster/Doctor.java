package io.webidentity.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.account.AccountKey;
import io.webidentity.audit.ClusterView;
import io.webidentity.audit.WebhookEntry;
import io.webidentity.cli.serve.IdentityFlags;
import io.webidentity.watch.UnusableContentException;
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
  private final Optional<String> configuration;
  private final String space;
  private final String account;
  private final boolean asksForToken;

  /**
   * Looks at a cluster.
   *
   * @param configuration the name of the one to look at; empty for the first that is found
   * @param namespace of the account that a pod is tried with
   * @param account whose pod is tried
   * @param asksForToken whether a token of the account is asked for
   */
  Doctor(
      ClusterView cluster,
      Instant now,
      Optional<String> configuration,
      String namespace,
      String account,
      boolean asksForToken) {
    this.cluster = cluster;
    this.now = now;
    this.configuration = configuration;
    this.space = namespace;
    this.account = account;
    this.asksForToken = asksForToken;
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
          configuration
              .map("no MutatingWebhookConfiguration %s of this kind is there"::formatted)
              .orElse("no MutatingWebhookConfiguration of the cluster calls the webhook"),
          "install the chart, or kubectl apply -k the manifests");
      return checks.all();
    }
    WebhookEntry webhook = ours.get();
    checks.passed("configuration", webhook.title());
    new ConfigurationChecks(checks, cluster).examine(webhook);
    List<X509Certificate> authorities =
        new CertificateChecks(checks, now)
            .bundle(webhook.webhook().path("clientConfig").path("caBundle").asText(""));
    checks.begin("service");
    checks.look("service", () -> installation(webhook, authorities));
    AccountKey pod = new AccountKey(space, account);
    checks.begin("pods");
    checks.look("try", () -> new TrialPod(checks, cluster, now, pod).examine(webhook));
    checks.begin("issuer");
    checks.look("issuer", () -> new IssuerChecks(checks, cluster).examine());
    if (asksForToken) {
      checks.look(
          "token", () -> new TokenChecks(checks, cluster.api()).examine(pod, audience(webhook)));
    }
    return checks.all();
  }

  private void installation(WebhookEntry webhook, List<X509Certificate> authorities)
      throws UnusableContentException {
    Optional<Installation> found = new WorkloadChecks(checks, cluster).examine(webhook);
    if (found.isPresent()) {
      Installation installation = found.get();
      checks.begin("certificate");
      checks.look(
          "certificate", () -> certificate(installation, webhook.serviceName(), authorities));
      checks.begin("rights");
      checks.look("rights", () -> new RightsChecks(checks, cluster).examine(installation));
    }
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

  private String audience(WebhookEntry webhook) throws UnusableContentException {
    Optional<Installation> installation = Installation.behind(webhook, cluster);
    return installation.isPresent()
        ? installation.get().read(flags -> IdentityFlags.identity(flags).audience())
        : DEFAULT_AUDIENCE;
  }

  private boolean isAskedAbout(WebhookEntry entry) {
    String name = entry.configuration().path("metadata").path("name").asText("");
    return configuration.isEmpty() ? callsUs(entry) : configuration.get().equals(name);
  }

  private static boolean callsUs(WebhookEntry entry) {
    return entry.webhook().at("/clientConfig/service/path").asText("").equals("/mutate")
        || entry.webhook().path("clientConfig").has("url");
  }
}
