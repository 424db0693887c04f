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
public record ServerSettings(int port, int metricsPort, Duration shutdownDelay) {}
