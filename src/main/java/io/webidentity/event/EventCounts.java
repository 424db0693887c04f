package io.webidentity.event;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How many notices came to which result. */
public final class EventCounts {
  private final Map<EventResult, LongAdder> counts = new EnumMap<>(EventResult.class);

  /** Nothing is counted yet. */
  public EventCounts() {
    for (EventResult result : EventResult.values()) {
      counts.put(result, new LongAdder());
    }
  }

  /** The number so far. */
  public long of(EventResult result) {
    return counts.getOrDefault(result, new LongAdder()).sum();
  }

  void add(EventResult result) {
    counts.getOrDefault(result, new LongAdder()).increment();
  }
}
