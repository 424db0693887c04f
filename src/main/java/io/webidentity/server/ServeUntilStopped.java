package io.webidentity.server;

import io.webidentity.injection.VisibleText;
import io.webidentity.watch.Threads;
import io.webidentity.watch.UnusableContentException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the server until the process is told to stop (SIGTERM, SIGINT); stops it without cutting a
 * request.
 */
public final class ServeUntilStopped implements ServeAction {
  private static final int STOPPED_IN_ORDER = 0;

  /** The server cannot start. */
  private static final int CANNOT_START = 1;

  private static final Logger LOG = LoggerFactory.getLogger(ServeUntilStopped.class);

  private final PrintStream err;

  /**
   * @param err where a sentence goes that says why the server cannot start
   */
  public ServeUntilStopped(PrintStream err) {
    this.err = err;
  }

  @Override
  public int serve(ServeSettings settings) {
    Logging.configure(settings.log());
    LOG.info("{}, Java {}", Version.ofThisBuild().line(), Runtime.version());
    try {
      WebhookServer server = WebhookServer.start(settings);
      Logging.started();
      Threads.atShutdown(() -> stop(server, settings.server().shutdownDelay()));
      new CountDownLatch(1).await();
      throw new IllegalStateException("only a signal ends the server");
    } catch (UnusableContentException e) {
      err.println(VisibleText.of("webhook: " + e.getMessage()));
      return CANNOT_START;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CANNOT_START;
    }
  }

  private static void stop(WebhookServer server, Duration delay) {
    LOG.info("stopping: no longer ready, serving for another {} s", delay.toMillis() / 1000.0);
    try {
      server.drain();
      pause(delay);
      LOG.info("closing: requests under way are finished, new connections refused");
      server.close();
      LOG.info("stopped");
    } catch (Throwable e) {
      LOG.error("could not stop in order", e);
    } finally {
      // The JVM would exit with 128 + the signal's number, which Kubernetes shows as an error.
      Runtime.getRuntime().halt(STOPPED_IN_ORDER);
    }
  }

  private static void pause(Duration delay) {
    try {
      Thread.sleep(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
