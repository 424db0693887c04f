package io.webidentity.http;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer.ChannelRole;
import io.micronaut.http.server.netty.NettyServerCustomizer.Registry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link ConnectionHandler} around the decoder of every connection, and the handlers of the
 * {@link ConnectionEndpoint} before the framework's.
 */
@Singleton
final class ConnectionPipeline implements BeanCreatedEventListener<Registry> {
  private final Provider<Connections> connections;
  private final Provider<ConnectionEndpoint> endpoint;

  ConnectionPipeline(Provider<Connections> connections, Provider<ConnectionEndpoint> endpoint) {
    this.connections = connections;
    this.endpoint = endpoint;
  }

  @Override
  public Registry onCreated(BeanCreatedEvent<Registry> event) {
    Registry registry = event.getBean();
    registry.register(new Customizer(null));
    return registry;
  }

  private final class Customizer implements NettyServerCustomizer {
    private final @Nullable Channel connection;

    Customizer(@Nullable Channel connection) {
      this.connection = connection;
    }

    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      return role == ChannelRole.CONNECTION ? new Customizer(channel) : this;
    }

    @Override
    public void onStreamPipelineBuilt() {
      if (connection == null) {
        return;
      }
      ChannelPipeline pipeline = connection.pipeline();
      SslHandler tls = pipeline.get(SslHandler.class);
      ConnectionHandler handler = connections.get().opened(connection, tls != null);
      String decoder = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;
      pipeline.addBefore(decoder, "first-bytes", handler.beforeDecoder());
      pipeline.addAfter(decoder, "connection", handler);
      endpoint.get().handlers(tls).forEach(answering -> addBeforeFramework(pipeline, answering));
      addBeforeFramework(pipeline, new WithoutBody());
      if (!handler.admit()) {
        ChannelFuture _ = connection.close();
      }
    }

    private static void addBeforeFramework(ChannelPipeline pipeline, ChannelHandler handler) {
      pipeline.addBefore(ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND, null, handler);
    }
  }
}
