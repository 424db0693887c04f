package io.webidentity.event;

import io.webidentity.event.EventStore.Draft;
import io.webidentity.event.EventStore.Tally;
import io.webidentity.event.EventWindows.Occurrences;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Writes Events: one for each notice and object, whichever replica saw it. Its name is made of what
 * it tells, so that replicas meet at the same one and add up what they counted.
 */
final class EventWriter {
  /** More than this many replicas that write one Event at the same moment do not meet by chance. */
  private static final int ATTEMPTS = 3;

  /** Half of SHA-256, in hexadecimal digits. */
  private static final int DIGEST_DIGITS = 32;

  private final EventStore store;

  EventWriter(EventStore store) {
    this.store = store;
  }

  /**
   * Writes what happened.
   *
   * @return {@link EventResult#DROPPED} if the object that it is about is gone
   * @throws EventStoreException if it cannot be written
   */
  EventResult write(Occurrences occurrences) throws EventStoreException {
    EventSubject subject = occurrences.notice().subject();
    Optional<String> uid = subject.uid().isPresent() ? subject.uid() : store.uid(subject);
    if (uid.isEmpty()) {
      return EventResult.DROPPED;
    }
    Draft draft =
        new Draft(
            name(occurrences.notice(), uid.get()),
            occurrences.notice(),
            uid.get(),
            occurrences.count(),
            occurrences.first(),
            occurrences.last());
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (store.create(draft) || addTo(draft)) {
        return EventResult.WRITTEN;
      }
    }
    return EventResult.FAILED;
  }

  /** False if the Event has changed or vanished meanwhile. */
  private boolean addTo(Draft draft) throws EventStoreException {
    Optional<Tally> before = store.tally(draft);
    return before.isPresent()
        && store.recount(draft, before.get(), before.get().count() + draft.count());
  }

  private static String name(EventNotice notice, String uid) {
    EventSubject subject = notice.subject();
    String told =
        String.join(
            "\n",
            uid,
            subject.apiVersion(),
            subject.kind(),
            subject.name(),
            notice.reason(),
            notice.note());
    return ClusterEventStore.CONTROLLER + "." + digest(told).substring(0, DIGEST_DIGITS);
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
