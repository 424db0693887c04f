package io.webidentity.admission;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what connections hold of bodies that are not complete yet, or of answers that clients have
 * not taken yet. Clients that send or take slowly must not fill the memory that others need: beyond
 * the bound, the connection that has held something for the longest gives it up. API servers send a
 * body, and take an answer, in milliseconds.
 */
final class ConnectionMemory {
  private final long maxBytes;

  /** In the order in which they began to hold something. */
  private final LinkedHashMap<Connection, Held> connections = new LinkedHashMap<>();

  private long bytes;

  /**
   * All connections together hold so many bytes at the most; a single one as many as the largest
   * body has.
   */
  ConnectionMemory(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** A connection that holds nothing. */
  Connection connection() {
    return new Connection();
  }

  private void hold(Connection connection, Held held) {
    List<Held> givenUp = new ArrayList<>(0);
    synchronized (connections) {
      if (connection.givenUp) {
        // The connection has not come to it yet.
        return;
      }
      subtract(connections.put(connection, held));
      bytes += held.bytes();
      while (bytes > maxBytes
          && (connections.size() > 1 || bytes > MutateEndpoint.MAX_BODY_BYTES)) {
        Map.Entry<Connection, Held> oldest = connections.pollFirstEntry();
        oldest.getKey().givenUp = true;
        subtract(oldest.getValue());
        givenUp.add(oldest.getValue());
      }
    }
    givenUp.forEach(old -> old.giveUp().run());
  }

  private void release(Connection connection) {
    synchronized (connections) {
      connection.givenUp = false;
      subtract(connections.remove(connection));
    }
  }

  private void subtract(@Nullable Held held) {
    if (held != null) {
      bytes -= held.bytes();
    }
  }

  /**
   * A body that is coming in, or answers that go out.
   *
   * @param bytes of memory that it has
   * @param giveUp asks its connection to give it up, in any thread
   */
  private record Held(long bytes, Runnable giveUp) {}

  /** What one connection holds; its methods are called by the connection's thread. */
  final class Connection {
    private boolean holds;

    /** Guarded by the connections' lock. */
    private boolean givenUp;

    private Connection() {}

    /**
     * It holds so many bytes of memory.
     *
     * @param giveUp asks for giving them up; called by any thread, once at most until {@link
     *     #release}
     */
    void hold(long bytes, Runnable giveUp) {
      holds = true;
      ConnectionMemory.this.hold(this, new Held(bytes, giveUp));
    }

    /** It holds nothing any more. */
    void release() {
      if (holds) {
        holds = false;
        ConnectionMemory.this.release(this);
      }
    }
  }
}
