package io.webidentity.event;

import java.time.Instant;
import java.util.Optional;

/** The Events of a cluster. */
interface EventStore {
  /**
   * The UID of a ServiceAccount; empty if there is none.
   *
   * @throws EventStoreException if nobody knows
   */
  Optional<String> uid(EventSubject serviceAccount) throws EventStoreException;

  /**
   * Makes an Event.
   *
   * @return false if there is one of this name already
   * @throws EventStoreException if it cannot be made
   */
  boolean create(Draft draft) throws EventStoreException;

  /**
   * How often what the Event tells has happened, as it says now; empty if there is no such Event.
   *
   * @throws EventStoreException if nobody knows
   */
  Optional<Tally> tally(Draft draft) throws EventStoreException;

  /**
   * Has the Event of the draft's name say that it has happened that often, the last time when the
   * draft's last occurrence was.
   *
   * @return false if somebody else has changed it since, or it is gone
   * @throws EventStoreException if it cannot be written
   */
  boolean recount(Draft draft, Tally before, int count) throws EventStoreException;

  /**
   * An Event to be made.
   *
   * @param name the same for all replicas
   * @param notice what it tells
   * @param subjectUid UID of what it is about
   * @param count how often it has happened
   * @param first when it happened first
   * @param last when it happened last
   */
  record Draft(
      String name, EventNotice notice, String subjectUid, int count, Instant first, Instant last) {}

  /**
   * How often an Event says that it has happened.
   *
   * @param resourceVersion version of the Event
   * @param count at least one
   */
  record Tally(String resourceVersion, int count) {}
}
