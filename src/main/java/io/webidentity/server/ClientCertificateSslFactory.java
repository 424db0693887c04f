package io.webidentity.server;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.netty.NettySslContextBuilder;
import io.micronaut.http.server.netty.ssl.NettyServerSslFactory;
import jakarta.inject.Singleton;

/**
 * TLS contexts that take any client certificate. They serve probes as well, which have none; whose
 * certificates count is decided where it is asked for, by {@link
 * io.webidentity.certificate.ClientAuthority}.
 */
@Singleton
@Replaces(NettyServerSslFactory.class)
@Requires(beans = ServeSettings.class)
final class ClientCertificateSslFactory extends NettyServerSslFactory {
  private final ServeSettings settings;

  ClientCertificateSslFactory(ServeSettings settings) {
    this.settings = settings;
  }

  @Override
  public NettySslContextBuilder serverBuilder() {
    return super.serverBuilder().trustAll(settings.tls().clients().isPresent());
  }
}
