package io.webidentity.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.webidentity.observability.MetricNames;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections of both ports, and what was closed of them. */
public final class Connections {
  private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  private final ConnectionLimits limits;
  private final OpenConnections tls;
  private final OpenConnections plain;
  private final Map<CloseReason, LongAdder> closed = new EnumMap<>(CloseReason.class);
  private final AtomicLong lastLine = new AtomicLong(System.nanoTime() - QUIET_NANOS);
  private final AtomicBoolean looking = new AtomicBoolean();

  /** Within these limits; registers every series. */
  public Connections(ConnectionLimits limits, MeterRegistry registry) {
    this.limits = limits;
    this.tls = new OpenConnections(limits.tlsConnections(), this::closed);
    this.plain = new OpenConnections(limits.plainConnections(), this::closed);
    for (CloseReason reason : CloseReason.values()) {
      LongAdder count = new LongAdder();
      closed.put(reason, count);
      FunctionCounter.builder(MetricNames.CONNECTIONS_CLOSED, count, LongAdder::sum)
          .description("Connections that the webhook closed before their clients did")
          .tag(MetricNames.REASON, reason.code())
          .register(registry);
    }
    addOpen(registry, "tls", tls);
    addOpen(registry, "plain", plain);
  }

  private static void addOpen(MeterRegistry registry, String port, OpenConnections connections) {
    Gauge.builder(MetricNames.CONNECTIONS, connections, OpenConnections::count)
        .description("Open connections")
        .tag(MetricNames.PORT, port)
        .register(registry);
  }

  /** What is to watch a new connection. */
  ConnectionHandler opened(Channel channel, boolean encrypted) {
    lookAgainAndAgain(channel.eventLoop());
    return new ConnectionHandler(
        channel, encrypted ? tls : plain, encrypted ? Phase.HANDSHAKE : Phase.IDLE);
  }

  private void lookAgainAndAgain(EventLoop loop) {
    if (!looking.get() && looking.compareAndSet(false, true)) {
      long period = limits.lookEvery().toMillis();
      ScheduledFuture<?> _ =
          loop.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
    }
  }

  /** Whatever it throws, it must look again. */
  private void look() {
    try {
      tls.expire(limits);
      plain.expire(limits);
    } catch (Throwable e) {
      LOG.error("the webhook could not look for slow connections; it looks again", e);
    }
  }

  private void closed(CloseReason reason) {
    Objects.requireNonNull(closed.get(reason)).increment();
    long now = System.nanoTime();
    long last = lastLine.get();
    if (now - last > QUIET_NANOS && lastLine.compareAndSet(last, now)) {
      LOG.warn(
          "the webhook closed a connection: {}; it logs one in 10 s at the most, and counts all",
          reason.code());
    }
  }
}
