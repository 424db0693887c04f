package io.webidentity.testing.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("chart")
@ExtendWith(NodeExtension.class)
class CertManagerTest {
  private static final String GROUP = "cert-manager.io";

  private final TestNode node;
  private final KubernetesClient client;

  CertManagerTest(TestNode node) {
    this.node = node;
    this.client = node.cluster().client();
  }

  @Test
  void an_authority_signs_a_certificate_and_goes_into_a_webhook_configuration()
      throws GeneralSecurityException {
    String namespace = node.cluster().newNamespace();
    String configuration = node.cluster().newName("webhook");
    try (CertManager certManager = CertManager.start(node)) {
      client.load(manifests(namespace, configuration)).inNamespace(namespace).create().stream()
          .filter(object -> object.getApiVersion().startsWith(GROUP))
          .forEach(certManager::awaitReady);

      X509Certificate authority = certificate(secret(namespace, "authority", "tls.crt"));
      X509Certificate leaf = certificate(secret(namespace, "leaf", "tls.crt"));
      leaf.verify(authority.getPublicKey());
      assertThat(leaf.getSubjectAlternativeNames()).containsExactly(List.of(2, "webhook.team.svc"));
      assertThat(authority.getBasicConstraints()).isNotNegative();
      Awaitility.await("the CA bundle")
          .atMost(Duration.ofMinutes(1))
          .until(() -> caBundle(configuration).length > 0);
      assertThat(certificate(caBundle(configuration))).isEqualTo(authority);
    }
  }

  @Test
  void closed_it_leaves_a_cluster_without_its_kinds() {
    CertManager.start(node).close();

    assertThat(client.hasApiGroup(GROUP, false)).isFalse();
  }

  /** As the chart has them, and a configuration that no request meets. */
  private static InputStream manifests(String namespace, String configuration) {
    String manifests =
        """
        apiVersion: cert-manager.io/v1
        kind: Issuer
        metadata: {name: self-signed}
        spec: {selfSigned: {}}
        ---
        apiVersion: cert-manager.io/v1
        kind: Certificate
        metadata: {name: authority}
        spec:
          isCA: true
          commonName: authority
          secretName: authority
          privateKey: {algorithm: ECDSA, size: 256}
          issuerRef: {kind: Issuer, name: self-signed}
        ---
        apiVersion: cert-manager.io/v1
        kind: Issuer
        metadata: {name: authority}
        spec: {ca: {secretName: authority}}
        ---
        apiVersion: cert-manager.io/v1
        kind: Certificate
        metadata: {name: leaf}
        spec:
          secretName: leaf
          dnsNames: [webhook.team.svc]
          privateKey: {algorithm: ECDSA, size: 256}
          issuerRef: {kind: Issuer, name: authority}
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata:
          name: %2$s
          annotations: {cert-manager.io/inject-ca-from: %1$s/leaf}
        webhooks:
          - name: webhook.team.svc
            admissionReviewVersions: [v1]
            sideEffects: None
            failurePolicy: Ignore
            clientConfig: {service: {namespace: %1$s, name: webhook}}
        """
            .formatted(namespace, configuration);
    return new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] secret(String namespace, String name, String key) {
    return decoded(
        client.secrets().inNamespace(namespace).withName(name).require().getData().get(key));
  }

  private byte[] caBundle(String configuration) {
    return decoded(
        client
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withName(configuration)
            .require()
            .getWebhooks()
            .getFirst()
            .getClientConfig()
            .getCaBundle());
  }

  private static byte[] decoded(@Nullable String base64) {
    return Base64.getDecoder().decode(base64 == null ? "" : base64);
  }

  private static X509Certificate certificate(byte[] pem) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
  }
}
