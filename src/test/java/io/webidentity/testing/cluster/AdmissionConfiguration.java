package io.webidentity.testing.cluster;

import io.webidentity.testing.server.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An API server's admission configuration, as docs/security.md has it. */
public final class AdmissionConfiguration {
  private AdmissionConfiguration() {}

  /**
   * Writes one by which the API server shows a client certificate to one webhook, and to no other.
   *
   * @param folder takes the files
   * @param webhook {@code <service>.<namespace>.svc}, and {@code :<port>} where that is not 443
   * @param clients authority that signs the client certificate
   * @return the flag of the API server that names the configuration
   */
  public static String clientOf(Path folder, String webhook, TestAuthority clients)
      throws IOException {
    TestAuthority.Issued issued = clients.issue(List.of("kube-apiserver"));
    Path certificate =
        Files.writeString(folder.resolve("webhook-client.crt"), issued.certificate());
    Path key = Files.writeString(folder.resolve("webhook-client.key"), issued.key());
    Path kubeconfig =
        Files.writeString(
            folder.resolve("webhook-clients.yaml"),
            """
            apiVersion: v1
            kind: Config
            users:
              - name: %s
                user:
                  client-certificate: %s
                  client-key: %s
            """
                .formatted(webhook, certificate, key));
    Path configuration =
        Files.writeString(
            folder.resolve("admission.yaml"),
            """
            apiVersion: apiserver.config.k8s.io/v1
            kind: AdmissionConfiguration
            plugins:
              - name: MutatingAdmissionWebhook
                configuration:
                  apiVersion: apiserver.config.k8s.io/v1
                  kind: WebhookAdmissionConfiguration
                  kubeConfigFile: %s
            """
                .formatted(kubeconfig));
    return "--admission-control-config-file=" + configuration;
  }
}
