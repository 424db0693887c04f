package io.webidentity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.audit.PodCheck.Compared;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at pods one after the other, and keeps what it found about those that have something else
 * than they should have, by workload; of the others only their number.
 */
public final class Audit {
  /** Names in a command, for owners whose pods are deleted one by one. */
  private static final int MOST_NAMES = 20;

  private final String flags;
  private final PodAudit pods;
  private final Map<Key, Row> rows = new HashMap<>();

  /**
   * Has seen no pod.
   *
   * @param flags whose flags decide, for people
   * @param pods looks at each
   */
  public Audit(String flags, PodAudit pods) {
    this.flags = flags;
    this.pods = pods;
  }

  private record Key(String namespace, Owner owner, PodState state, Cause.Code cause) {}

  /**
   * Pods of one workload that are in the same state, for the same cause.
   *
   * @param pods their names, at most {@value #MOST_NAMES}
   * @param count how many there are
   * @param example a container of the first
   * @param causes of the first, the likeliest before the others
   */
  public record Row(
      String namespace,
      Owner owner,
      PodState state,
      List<String> pods,
      long count,
      Compared example,
      List<Cause> causes) {
    public Row {
      causes = List.copyOf(causes);
      pods = List.copyOf(pods);
    }

    /** What replaces the pods by ones that have what they should have. */
    public String command() {
      return owner.command(namespace, pods);
    }

    private Row and(String pod) {
      List<String> names = new ArrayList<>(pods);
      if (names.size() < MOST_NAMES) {
        names.add(pod);
      }
      return new Row(namespace, owner, state, names, count + 1, example, causes);
    }
  }

  /** Looks at a pod. */
  public void add(JsonNode pod) {
    pods.look(pod).ifPresent(this::add);
  }

  private void add(Difference difference) {
    Key key =
        new Key(
            difference.namespace(),
            difference.owner(),
            difference.state(),
            difference.cause().code());
    Row before = rows.get(key);
    rows.put(key, before == null ? row(difference) : before.and(difference.pod()));
  }

  private static Row row(Difference first) {
    return new Row(
        first.namespace(),
        first.owner(),
        first.state(),
        List.of(first.pod()),
        1,
        first.worst(),
        first.causes());
  }

  /** Whose flags decide, for people. */
  public String flags() {
    return flags;
  }

  /** Whether a pod differs, or could not be decided. */
  public boolean foundSomething() {
    return !rows.isEmpty() || undecided() > 0;
  }

  /** How many pods were looked at. */
  public long pods() {
    return pods.pods();
  }

  /** About how many of them nothing could be decided. */
  public long undecided() {
    return pods.undecided();
  }

  /** What was found, by namespace, workload and state. */
  public List<Row> rows() {
    return rows.values().stream()
        .sorted(
            Comparator.comparing(Row::namespace)
                .thenComparing(row -> row.owner().title())
                .thenComparing(Row::state)
                .thenComparing(row -> row.causes().getFirst().code()))
        .toList();
  }
}
