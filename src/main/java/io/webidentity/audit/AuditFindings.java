package io.webidentity.audit;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Adds up what one audit finds, in memory that does not grow with the cluster. */
public final class AuditFindings {
  /** Series of one metric; pods beyond count in one series of all other groups. */
  static final int MOST_GROUPS = 500;

  private static final int MOST_SENTENCES = 5;

  private final Map<Group, Long> pods = new HashMap<>();
  private final Set<String> unreadable = new HashSet<>();

  /**
   * Pods that differ alike.
   *
   * @param kind of the object that they belong to
   * @param state code of a {@link PodState}
   */
  public record Group(String namespace, String kind, String state) {
    /** All for which there is no room. No Namespace and no kind has such a name. */
    static final Group OTHERS = new Group("*", "*", "*");
  }

  /**
   * What the last audit of this replica found.
   *
   * @param pods how many of each group
   * @param undecided about how many pods nothing could be decided
   * @param ended when; empty if it is another replica's turn, or there was none yet
   */
  public record Result(Map<Group, Long> pods, long undecided, Optional<Instant> ended) {
    static final Result NONE = new Result(Map.of(), 0, Optional.empty());

    public Result {
      pods = Map.copyOf(pods);
    }
  }

  /** Counts a pod. */
  void add(Difference found) {
    Group group = new Group(found.namespace(), found.owner().kind(), found.state().code());
    boolean room = pods.size() < MOST_GROUPS || pods.containsKey(group);
    pods.merge(room ? group : Group.OTHERS, 1L, Long::sum);
    if (unreadable.size() < MOST_SENTENCES) {
      found.causes().stream()
          .filter(cause -> cause.code() == Cause.Code.NOT_READABLE)
          .forEach(cause -> unreadable.add(cause.sentence()));
    }
  }

  /** How many pods differ. */
  long differing() {
    return pods.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Why causes could not be told: a few sentences. */
  Set<String> unreadable() {
    return unreadable;
  }

  /** All of it. */
  Result result(long undecided, Instant ended) {
    return new Result(pods, undecided, Optional.of(ended));
  }
}
