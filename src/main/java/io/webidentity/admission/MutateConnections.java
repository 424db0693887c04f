package io.webidentity.admission;

import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SslHandler;
import io.webidentity.http.ConnectionEndpoint;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers {@code /mutate} on TLS connections; the plain port has no such path. */
@Singleton
final class MutateConnections implements ConnectionEndpoint {
  private final MutateEndpoint endpoint;

  MutateConnections(MutateEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public List<ChannelHandler> handlers(@Nullable SslHandler tls) {
    ChannelHandler unread = new UnreadAnswersHandler(endpoint.gate().outgoing().connection());
    return tls == null
        ? List.of(unread)
        : List.of(
            unread, new MutateHandler(endpoint, () -> Optional.of(tls.engine().getSession())));
  }
}
