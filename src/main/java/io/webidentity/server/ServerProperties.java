package io.webidentity.server;

import io.webidentity.admission.MutateEndpoint;
import io.webidentity.certificate.ServingCertificateProvider;
import io.webidentity.config.TlsSettings;
import io.webidentity.config.TlsVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Micronaut's configuration, made of the settings; there is no application.yml. */
final class ServerProperties {
  private static final String LISTENERS = "micronaut.server.netty.listeners.";

  private static final int MAX_EVENT_LOOPS = 8;

  /** Micronaut's way to say "any free port". */
  private static final int ANY_PORT = -1;

  /**
   * Each answers some 20,000 reviews a second, and takes buffers: the 128 that a machine of 64
   * cores would have would fill the memory of a container.
   */
  private static final int EVENT_LOOPS =
      Math.min(MAX_EVENT_LOOPS, 2 * Runtime.getRuntime().availableProcessors());

  /** BoringSSL needs TLS 1.3's suites in the list as soon as there is one, or turns TLS 1.3 off. */
  private static final List<String> TLS_1_3_SUITES =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private ServerProperties() {}

  static Map<String, Object> of(ServeSettings settings) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(LISTENERS + "tls.port", port(settings.server().port()));
    properties.put(LISTENERS + "tls.ssl", true);
    properties.put(LISTENERS + "tls.key-name", ServingCertificateProvider.NAME);
    properties.put(LISTENERS + "plain.port", port(settings.server().metricsPort()));
    addTls(properties, settings.tls());
    properties.put("micronaut.server.max-request-size", MutateEndpoint.MAX_BODY_BYTES);
    // The API server keeps idle connections for 90 s; the server must not close one it is about to
    // use.
    properties.put("micronaut.server.idle-timeout", "3m");
    // API servers accept gzip; on a network as near as theirs it costs more than all the rest of an
    // answer (docs/decisions/0011).
    properties.put("micronaut.server.netty.compression-threshold", -1);
    // API servers do not compress; a few bytes must not become megabytes of memory.
    properties.put("micronaut.server.netty.request-decompression-enabled", false);
    properties.put("micronaut.netty.event-loops.default.transport", "epoll,nio");
    properties.put("micronaut.netty.event-loops.default.num-threads", EVENT_LOOPS);
    properties.put("micronaut.netty.event-loops.parent.transport", "epoll,nio");
    properties.put("micronaut.metrics.enabled", true);
    // The default registry's meters per URI repeat ours at a cost for every request.
    properties.put("micronaut.metrics.binders.web.enabled", false);
    return properties;
  }

  private static void addTls(Map<String, Object> properties, TlsSettings tls) {
    properties.put("micronaut.server.ssl.enabled", true);
    properties.put("micronaut.server.ssl.build-self-signed", false);
    // ConnectionLimits has a deadline for it, and counts.
    properties.put("micronaut.server.ssl.handshake-timeout", "0s");
    properties.put(
        "micronaut.server.ssl.protocols",
        Arrays.stream(TlsVersion.values())
            .filter(version -> version.compareTo(tls.minimumVersion()) >= 0)
            .map(TlsVersion::protocol)
            .toList());
    if (tls.clients().isPresent()) {
      // Not "need": kubelet's probes use the same port, and have none.
      properties.put("micronaut.server.ssl.client-authentication", "want");
    }
    if (!tls.cipherSuites().isEmpty()) {
      List<String> suites = new ArrayList<>(TLS_1_3_SUITES);
      suites.addAll(tls.cipherSuites());
      properties.put("micronaut.server.ssl.ciphers", suites);
    }
  }

  private static int port(int port) {
    return port == 0 ? ANY_PORT : port;
  }
}
