package io.webidentity.admission;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer.ChannelRole;
import io.micronaut.http.server.netty.NettyServerCustomizer.Registry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts our handlers before the framework's: on every connection those that bound what clients can
 * make us keep, on TLS connections {@link MutateHandler}.
 */
@Singleton
final class MutatePipeline implements BeanCreatedEventListener<Registry> {
  private final Provider<MutateEndpoint> endpoint;

  MutatePipeline(Provider<MutateEndpoint> endpoint) {
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
      MutateEndpoint answering = endpoint.get();
      addBeforeFramework(
          pipeline, "unread", new UnreadAnswersHandler(answering.gate().outgoing().connection()));
      SslHandler tls = pipeline.get(SslHandler.class);
      if (tls != null) {
        addBeforeFramework(
            pipeline,
            "mutate",
            new MutateHandler(answering, () -> Optional.of(tls.engine().getSession())));
      }
      addBeforeFramework(pipeline, "bodies", new FrameworkBodyHandler(answering));
    }

    private static void addBeforeFramework(
        ChannelPipeline pipeline, String name, ChannelHandler handler) {
      pipeline.addBefore(ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND, name, handler);
    }
  }
}
