package io.webidentity.testing.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that are told their port before they start, or take it again after a restart.
 * They lie below the ranges from which systems give ports to outgoing connections (from 32768 on
 * Linux, RFC 6335 says 49152): nobody takes one while its server is down, and no client that tries
 * to reach the stopped server can be connected to itself.
 */
public final class LoopbackPorts {
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;
  private static final int ATTEMPTS = 100;

  /** Two servers that start later must not have the same port. */
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private LoopbackPorts() {}

  /** A port of 127.0.0.1 that is free at the moment, and that this process gave nobody before. */
  public static int free() {
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        if (GIVEN.add(port)) {
          return socket.getLocalPort();
        }
      } catch (IOException _) {
        // Taken: try another one.
      }
    }
    throw new IllegalStateException("No free port on the loopback interface");
  }
}
