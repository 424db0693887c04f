package io.webidentity.http;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The connections of one port, as many as it may have. Where all places are taken, a new connection
 * gets that of the one that has been idle for longest; if none is idle, of the one that has been
 * sending for longest; and if all wait for an answer, none.
 */
final class OpenConnections {
  private static final Comparator<ConnectionHandler> IDLE_FIRST_THEN_OLDEST =
      Comparator.comparing((ConnectionHandler open) -> isSending(open.phase()))
          .thenComparing((one, other) -> Long.signum(one.since() - other.since()));

  private final int bound;
  private final Consumer<CloseReason> counter;
  private final Set<ConnectionHandler> open = ConcurrentHashMap.newKeySet();

  /** Those that are to be closed; their places are others'. Guarded by this, as is the next one. */
  private final Set<ConnectionHandler> leaving = new HashSet<>();

  private int places;

  OpenConnections(int bound, Consumer<CloseReason> counter) {
    this.bound = bound;
    this.counter = counter;
  }

  /** How many there are. */
  int count() {
    return open.size();
  }

  /** A connection is closed, or is going to be, for this reason. */
  void closed(CloseReason reason) {
    counter.accept(reason);
  }

  /** Takes a place for a connection until it is closed; false if there is none. */
  boolean admit(ConnectionHandler connection) {
    if (!takePlace()) {
      closed(CloseReason.REFUSED);
      return false;
    }
    open.add(connection);
    connection.channel().closeFuture().addListener(_ -> leave(connection));
    return true;
  }

  private synchronized boolean takePlace() {
    if (places < bound) {
      places++;
      return true;
    }
    Optional<ConnectionHandler> chosen =
        open.stream()
            .filter(one -> one.phase() != Phase.WAITING && !leaving.contains(one))
            .min(IDLE_FIRST_THEN_OLDEST);
    chosen.ifPresent(this::close);
    return chosen.isPresent();
  }

  private void close(ConnectionHandler chosen) {
    leaving.add(chosen);
    long then = chosen.since();
    chosen
        .channel()
        .eventLoop()
        .execute(() -> {
          if (!chosen.makeRoom(then)) {
            keep(chosen);
          }
        });
  }

  /** It has gone on: for a moment there is one more than the bound. */
  private synchronized void keep(ConnectionHandler chosen) {
    if (leaving.remove(chosen)) {
      places++;
    }
  }

  private synchronized void leave(ConnectionHandler connection) {
    open.remove(connection);
    if (!leaving.remove(connection)) {
      places--;
    }
  }

  /** Looks for those whose phase has lasted too long. */
  void expire(ConnectionLimits limits) {
    long now = System.nanoTime();
    for (ConnectionHandler connection : open) {
      long since = connection.since();
      Duration limit = limits.of(connection.phase());
      if (limit != null && now - since > limit.toNanos()) {
        connection.channel().eventLoop().execute(() -> connection.expire(since));
      }
    }
  }

  private static boolean isSending(Phase phase) {
    return switch (phase) {
      case IDLE, LEAVING -> false;
      case HANDSHAKE, HEAD, BODY, WAITING -> true;
    };
  }
}
