package io.webidentity.observability;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Whether the server should be sent requests: ready when it listens, every condition holds and
 * nobody has told it to stop.
 */
public final class ServingState {
  private final Map<String, BooleanSupplier> conditions;
  private volatile boolean listening;
  private volatile boolean draining;

  /**
   * @param conditions what must hold, by the sentence that tells what is missing where it does not
   */
  public ServingState(Map<String, BooleanSupplier> conditions) {
    this.conditions = new LinkedHashMap<>(conditions);
  }

  /** What is missing, one sentence each; empty when ready. */
  public List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (!listening) {
      missing.add("not all ports are open yet");
    }
    if (draining) {
      missing.add("the server is stopping");
    }
    conditions.forEach((sentence, holds) -> {
      if (!holds.getAsBoolean()) {
        missing.add(sentence);
      }
    });
    return missing;
  }

  /**
   * Every port is open. Ports open one after the other: without this, the first one could say ready
   * while API servers are still refused at the other.
   */
  public void listening() {
    listening = true;
  }

  /** Whether the server was told to stop: it serves on, asking clients to come back elsewhere. */
  public boolean draining() {
    return draining;
  }

  /** Not ready from now on. */
  public void drain() {
    draining = true;
  }
}
