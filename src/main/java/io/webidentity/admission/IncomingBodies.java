package io.webidentity.admission;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what connections hold of bodies that are not complete yet. Clients that send slowly, or
 * stop within a body, must not fill the memory that others need: beyond the bound, the body that
 * has been coming in for the longest is given up. API servers send a body in milliseconds.
 */
final class IncomingBodies {
  private final long maxBytes;

  /** In the order in which the bodies began. */
  private final LinkedHashMap<Connection, Held> bodies = new LinkedHashMap<>();

  private long bytes;

  /**
   * Bodies hold so many bytes at the most, those of all connections together; a single one as many
   * as the largest body has.
   */
  IncomingBodies(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** A connection that holds nothing. */
  Connection connection() {
    return new Connection();
  }

  private void hold(Connection connection, Held body) {
    List<Held> givenUp = new ArrayList<>(0);
    synchronized (bodies) {
      if (connection.givenUp) {
        // The connection has not come to it yet.
        return;
      }
      subtract(bodies.put(connection, body));
      bytes += body.bytes();
      while (bytes > maxBytes && (bodies.size() > 1 || bytes > MutateEndpoint.MAX_BODY_BYTES)) {
        Map.Entry<Connection, Held> oldest = bodies.pollFirstEntry();
        oldest.getKey().givenUp = true;
        subtract(oldest.getValue());
        givenUp.add(oldest.getValue());
      }
    }
    givenUp.forEach(old -> old.giveUp().run());
  }

  private void release(Connection connection) {
    synchronized (bodies) {
      connection.givenUp = false;
      subtract(bodies.remove(connection));
    }
  }

  private void subtract(@Nullable Held body) {
    if (body != null) {
      bytes -= body.bytes();
    }
  }

  /**
   * A body that is coming in.
   *
   * @param bytes of memory that it has
   * @param giveUp asks its connection to give it up, in any thread
   */
  private record Held(long bytes, Runnable giveUp) {}

  /** What one connection holds; its methods are called by the connection's thread. */
  final class Connection {
    private boolean holds;

    /** Guarded by the bodies' lock. */
    private boolean givenUp;

    private Connection() {}

    /**
     * A body has so many bytes of memory, and more of it is to come.
     *
     * @param giveUp asks for giving up the body; called by any thread, once at most for each body
     */
    void hold(long bytes, Runnable giveUp) {
      holds = true;
      IncomingBodies.this.hold(this, new Held(bytes, giveUp));
    }

    /** The body is complete, or not wanted any more. */
    void release() {
      if (holds) {
        holds = false;
        IncomingBodies.this.release(this);
      }
    }
  }
}
