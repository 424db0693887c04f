package io.webidentity.server;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.netty.channel.EventLoopGroupConfiguration;
import io.micronaut.http.netty.channel.EventLoopGroupFactory;
import io.micronaut.http.netty.channel.EventLoopGroupRegistry;
import io.micronaut.http.netty.channel.NettyChannelType;
import io.webidentity.account.Namespaces;
import io.webidentity.admission.AdmissionGate;
import io.webidentity.admission.CallerCheck;
import io.webidentity.admission.DecisionMetrics;
import io.webidentity.admission.DecisionRecorder;
import io.webidentity.admission.Mode;
import io.webidentity.admission.MutateEndpoint;
import io.webidentity.admission.Responder;
import io.webidentity.admission.ReviewHandler;
import io.webidentity.admission.WarmUpDiversion;
import io.webidentity.certificate.ServingCertificateProvider;
import io.webidentity.decision.PodDecider;
import io.webidentity.identity.IdentityGuard;
import io.webidentity.identity.IdentityResolver;
import io.webidentity.identity.IdentitySources;
import io.webidentity.observability.CountedMetrics;
import io.webidentity.observability.ReferenceMetrics;
import io.webidentity.observability.ServingState;
import io.webidentity.warmup.SampleAccounts;
import io.webidentity.warmup.Transport;
import io.webidentity.warmup.WarmUp;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;

/**
 * The warm-up, and what answers it: the server's classes with its settings, but other accounts, no
 * policy, no other webhook, and counters that nobody sees.
 */
@Factory
@Requires(beans = ServeSettings.class)
final class WarmUpBeans {
  /** To the first answer: far more than a machine with a tenth of a processor needs. */
  private static final Duration WARM_UP_BOUND = Duration.ofSeconds(2);

  @Singleton
  WarmUpDiversion warmUpDiversion() {
    return new WarmUpDiversion();
  }

  @Singleton
  @Bean(preDestroy = "close")
  WarmUp warmUp(
      EventLoopGroupRegistry eventLoops,
      EventLoopGroupFactory channels,
      ServingCertificateProvider certificates,
      WarmUpDiversion diversion) {
    EventLoopGroupConfiguration configuration =
        eventLoops
            .getEventLoopGroupConfiguration(EventLoopGroupConfiguration.DEFAULT)
            .orElseThrow();
    return new WarmUp(
        new Transport(
            eventLoops.getDefaultEventLoopGroup(),
            channels.channelClass(NettyChannelType.CLIENT_SOCKET, configuration)),
        certificates::serves,
        diversion.contentType(),
        WARM_UP_BOUND);
  }

  /** What answers the warm-up. */
  static MutateEndpoint endpoint(ServeSettings settings) {
    DecisionMetrics metrics =
        new DecisionMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), Mode.INJECTING);
    ReferenceMetrics reference = new CountedMetrics(() -> true);
    ReviewHandler handler =
        new ReviewHandler(
            ServerBeans.reader(settings),
            new PodDecider(
                new SampleAccounts(),
                Namespaces.NONE,
                new IdentityResolver(
                    settings.identity(), settings.session(), IdentitySources.ANNOTATIONS),
                IdentityGuard.NONE,
                ServerBeans.injector(settings)),
            DecisionRecorder.silent(metrics, reference));
    return new MutateEndpoint(
        handler,
        metrics,
        reference,
        new ServingState(Map.of()),
        CallerCheck.EVERYBODY,
        Responder.AS_DECIDED,
        new AdmissionGate(1, Long.MAX_VALUE),
        new WarmUpDiversion());
  }
}
