package io.webidentity.certificate;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The Secret in a cluster; it must exist, as the right to create Secrets has no name to it. */
final class ClusterCertificateSecret implements CertificateSecret {
  private final KubernetesClient client;
  private final NamespacedName name;

  ClusterCertificateSecret(KubernetesClient client, NamespacedName name) {
    this.client = client;
    this.name = name;
  }

  @Override
  public Snapshot read() throws ClusterStateException {
    Secret secret;
    try {
      secret = client.secrets().inNamespace(name.namespace()).withName(name.name()).get();
    } catch (KubernetesClientException e) {
      throw failure("cannot be read", "get", e);
    }
    if (secret == null) {
      throw new ClusterStateException(
          describe() + " does not exist; create it empty, as the chart does");
    }
    Map<String, byte[]> data = new LinkedHashMap<>();
    Optional.ofNullable(secret.getData())
        .orElse(Map.of())
        .forEach((key, value) -> data.put(key, decode(value)));
    return new Snapshot(secret.getMetadata().getResourceVersion(), data);
  }

  @Override
  public boolean replace(Snapshot snapshot, Map<String, byte[]> data) throws ClusterStateException {
    Map<String, String> encoded = new LinkedHashMap<>();
    data.forEach((key, value) -> encoded.put(key, Base64.getEncoder().encodeToString(value)));
    try {
      Secret before = client.secrets().inNamespace(name.namespace()).withName(name.name()).get();
      if (before == null
          || !before.getMetadata().getResourceVersion().equals(snapshot.resourceVersion())) {
        return false;
      }
      Secret after = new SecretBuilder(before).withData(encoded).build();
      client.secrets().resource(after).lockResourceVersion(snapshot.resourceVersion()).update();
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      throw failure("cannot be written", "update", e);
    }
  }

  @Override
  public String describe() {
    return "Secret " + name;
  }

  private ClusterStateException failure(String what, String verb, KubernetesClientException e) {
    return ApiFailures.of(describe() + " " + what, verb + " on this Secret", e);
  }

  private static byte[] decode(String value) {
    return Base64.getMimeDecoder().decode(value);
  }
}
