package io.webidentity.chart;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.testing.node.CertManager;
import io.webidentity.testing.server.TestAuthority;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Certificates of others: those that an installation is given, in place of making its own. */
record TestIssuers(KubernetesClient client) {
  /** Name of the ClusterIssuer of {@link #corporate}, and of the Secret of {@link #write}. */
  static final String NAME = "corporate";

  private static final String CERT_MANAGER = "cert-manager.io/v1";

  /** Makes an authority that a ClusterIssuer signs with, as a company has one. */
  void corporate(CertManager certManager) {
    String manifests =
        """
        apiVersion: cert-manager.io/v1
        kind: ClusterIssuer
        metadata: {name: corporate-root}
        spec: {selfSigned: {}}
        ---
        apiVersion: cert-manager.io/v1
        kind: Certificate
        metadata: {name: corporate, namespace: %s}
        spec:
          isCA: true
          commonName: corporate
          secretName: corporate
          privateKey: {algorithm: ECDSA, size: 256}
          issuerRef: {kind: ClusterIssuer, name: corporate-root}
        ---
        apiVersion: cert-manager.io/v1
        kind: ClusterIssuer
        metadata: {name: corporate}
        spec: {ca: {secretName: corporate}}
        """
            .formatted(certManager.clusterResourceNamespace());
    client
        .load(new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8)))
        .create()
        .forEach(certManager::awaitReady);
  }

  /** Writes a certificate of an authority for the webhook of a namespace into a Secret there. */
  void write(TestAuthority authority, String namespace) {
    TestAuthority.Issued issued =
        authority.issue(List.of(ChartInstallation.NAME + "." + namespace + ".svc"));
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(NAME)
            .endMetadata()
            .withType("kubernetes.io/tls")
            .withStringData(Map.of("tls.crt", issued.certificate(), "tls.key", issued.key()))
            .build();
    client.resource(secret).createOr(existing -> existing.update());
  }

  /** Has cert-manager renew a Certificate now, by the condition that {@code cmctl renew} sets. */
  void renew(String namespace, String certificate) {
    client
        .genericKubernetesResources(CERT_MANAGER, "Certificate")
        .inNamespace(namespace)
        .withName(certificate)
        .editStatus(TestIssuers::issuing);
  }

  private static GenericKubernetesResource issuing(GenericKubernetesResource certificate) {
    Map<String, Object> status = certificate.get("status");
    List<Object> conditions =
        new ArrayList<>((List<?>) status.getOrDefault("conditions", List.of()));
    conditions.add(
        Map.of(
            "type", "Issuing",
            "status", "True",
            "reason", "ManuallyTriggered",
            "message", "Asked for by a test",
            "lastTransitionTime", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
    status.put("conditions", conditions);
    return certificate;
  }
}
