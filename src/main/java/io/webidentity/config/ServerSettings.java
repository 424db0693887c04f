package io.webidentity.config;

import java.time.Duration;

/**
 * Where the server listens and how it stops.
 *
 * @param port TLS port of {@code /mutate}, {@code /healthz} and {@code /readyz}; 0 takes any free
 *     port
 * @param metricsPort plain port of {@code /metrics}, {@code /healthz} and {@code /readyz}; 0 takes
 *     any free port
 * @param shutdownDelay how long the server goes on serving, not ready, after it was told to stop,
 *     so that every API server has learned that this endpoint is gone
 */
public record ServerSettings(int port, int metricsPort, Duration shutdownDelay) {
  /** The highest TCP port. */
  public static final int HIGHEST_PORT = 65_535;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException for a port that does not exist, a negative delay, or one port
   *     for both
   */
  public ServerSettings {
    requirePort(port);
    requirePort(metricsPort);
    if (port == metricsPort && port != 0) {
      throw new IllegalArgumentException("one port cannot serve both: " + port);
    }
    if (shutdownDelay.isNegative()) {
      throw new IllegalArgumentException("negative delay: " + shutdownDelay);
    }
  }

  private static void requirePort(int port) {
    if (port < 0 || port > HIGHEST_PORT) {
      throw new IllegalArgumentException("no such port: " + port);
    }
  }
}
