package io.webidentity.http;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer.ChannelRole;
import io.micronaut.http.server.netty.NettyServerCustomizer.Registry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Puts a {@link ConnectionHandler} around the decoder of every connection. */
@Singleton
final class ConnectionPipeline implements BeanCreatedEventListener<Registry> {
  private final Provider<Connections> connections;

  ConnectionPipeline(Provider<Connections> connections) {
    this.connections = connections;
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
      ConnectionHandler handler =
          connections.get().opened(connection, pipeline.get(SslHandler.class) != null);
      String decoder = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;
      pipeline.addBefore(decoder, "first-bytes", handler.beforeDecoder());
      pipeline.addAfter(decoder, "connection", handler);
      if (!handler.admit()) {
        ChannelFuture _ = connection.close();
      }
    }
  }
}
