package io.webidentity.event;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Events in memory, as an API server keeps them. Thread-safe. */
final class FakeEventStore implements EventStore {
  private final Map<String, String> accounts = new LinkedHashMap<>();
  private final Map<String, Stored> events = new LinkedHashMap<>();
  private final List<String> requests = new ArrayList<>();
  private Optional<String> failure = Optional.empty();
  private int changesByOthers;

  /** There is a ServiceAccount of this name. */
  synchronized FakeEventStore account(String name, String uid) {
    accounts.put(name, uid);
    return this;
  }

  /** Every request fails. */
  synchronized void fail(String why) {
    failure = Optional.of(why);
  }

  /** Somebody else is quicker, so many times. */
  synchronized void changeByOthers(int times) {
    changesByOthers = times;
  }

  /** Events run out. */
  synchronized void expire() {
    events.clear();
  }

  synchronized List<Stored> events() {
    return List.copyOf(events.values());
  }

  synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public synchronized Optional<String> uid(EventSubject account) throws EventStoreException {
    request("uid");
    return Optional.ofNullable(accounts.get(account.name()));
  }

  @Override
  public synchronized boolean create(Draft draft) throws EventStoreException {
    request("create");
    return events.putIfAbsent(draft.name(), new Stored(draft, 1, draft.count())) == null;
  }

  @Override
  public synchronized Optional<Tally> tally(Draft draft) throws EventStoreException {
    request("tally");
    return Optional.ofNullable(events.get(draft.name()))
        .map(stored -> new Tally(Integer.toString(stored.version()), stored.count()));
  }

  @Override
  public synchronized boolean recount(Draft draft, Tally before, int count)
      throws EventStoreException {
    request("recount");
    Stored stored = events.get(draft.name());
    if (stored == null) {
      return false;
    }
    if (changesByOthers > 0) {
      changesByOthers--;
      stored = new Stored(stored.draft(), stored.version() + 1, stored.count() + 1);
      events.put(draft.name(), stored);
    }
    if (!before.resourceVersion().equals(Integer.toString(stored.version()))) {
      return false;
    }
    events.put(draft.name(), new Stored(draft, stored.version() + 1, count));
    return true;
  }

  private void request(String kind) throws EventStoreException {
    requests.add(kind);
    if (failure.isPresent()) {
      throw new EventStoreException(failure.get(), new IllegalStateException("as the test wants"));
    }
  }

  /** An Event. */
  record Stored(Draft draft, int version, int count) {}
}
