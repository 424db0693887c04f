package io.webidentity.http;

import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers requests before the web framework does. */
@FunctionalInterface
public interface ConnectionEndpoint {
  /**
   * Handlers of a new connection, in the order of what comes in. They see one request at a time,
   * and pass on what is for the framework.
   *
   * @param tls of the connection; null on the plain port
   */
  List<ChannelHandler> handlers(@Nullable SslHandler tls);
}
