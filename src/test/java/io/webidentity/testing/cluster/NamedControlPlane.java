package io.webidentity.testing.cluster;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A cluster that somebody runs and a kubeconfig names. Its API server must reach this machine at
 * the address that this machine reaches it from, or at the one that {@code webhook.test.host} (or
 * {@code WEBHOOK_TEST_HOST}) names.
 */
final class NamedControlPlane implements ControlPlane {
  private final Path kubeconfig;
  private final String webhookHost;

  NamedControlPlane(Path kubeconfig) {
    this.kubeconfig = kubeconfig;
    this.webhookHost = setting("webhook.test.host").orElseGet(() -> localAddress(kubeconfig));
  }

  /** The kubeconfig that system property or environment name. */
  static Optional<Path> namedKubeconfig() {
    Optional<Path> file = setting("webhook.test.kubeconfig").map(Path::of);
    file.filter(f -> !Files.isReadable(f))
        .ifPresent(f -> {
          throw new ClusterUnavailableException(
              "webhook.test.kubeconfig names " + f + ", which is not a readable file");
        });
    return file;
  }

  /** A system property such as {@code webhook.test.host}, else {@code WEBHOOK_TEST_HOST}. */
  static Optional<String> setting(String property) {
    String variable = property.replace('.', '_').toUpperCase(java.util.Locale.ROOT);
    return Optional.ofNullable(System.getProperty(property, System.getenv(variable)))
        .filter(value -> !value.isBlank());
  }

  /** The address of this machine on the way to the API server: no packet is sent to find it. */
  private static String localAddress(Path kubeconfig) {
    URI server = URI.create(Config.fromKubeconfig(kubeconfig.toFile()).getMasterUrl());
    int port = server.getPort() == -1 ? 443 : server.getPort();
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByName(server.getHost()), port));
      return socket.getLocalAddress().getHostAddress();
    } catch (IOException e) {
      throw new ClusterUnavailableException("No way to the API server " + server, e);
    }
  }

  @Override
  public Path kubeconfig() {
    return kubeconfig;
  }

  @Override
  public String webhookHost() {
    return webhookHost;
  }

  @Override
  public boolean disposable() {
    return false;
  }

  @Override
  public void stopApiServer() {
    throw notOurs();
  }

  @Override
  public void startApiServer() {
    throw notOurs();
  }

  private static UnsupportedOperationException notOurs() {
    return new UnsupportedOperationException("The cluster of a named kubeconfig is not stopped");
  }

  @Override
  public void close() {}
}
