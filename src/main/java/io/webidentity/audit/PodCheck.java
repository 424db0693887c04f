package io.webidentity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.decision.PodTreeDecider;
import io.webidentity.decision.PodTreeDecider.Outcome;
import io.webidentity.decision.UndecidedException;
import io.webidentity.identity.Trail;
import io.webidentity.injection.Decision;
import io.webidentity.injection.MalformedPodException;
import io.webidentity.injection.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares a running pod with what it would get if it were created now: the one answer of {@code
 * explain} and {@code audit} to "has it what it should have".
 *
 * <table>
 * <caption>First match wins</caption>
 * <tr><th>the container</th><th>state</th></tr>
 * <tr><td>has and would get the same role and audience, or neither</td><td>as_decided</td></tr>
 * <tr><td>has credentials of ours, and would get none</td><td>not_due</td></tr>
 * <tr><td>has none</td><td>missing</td></tr>
 * <tr><td>lacks role, token file or token</td><td>partly</td></tr>
 * <tr><td>has another role</td><td>other_role</td></tr>
 * <tr><td>anything else</td><td>other_audience</td></tr>
 * </table>
 */
public final class PodCheck {
  /** A pod that nobody is asked about has what somebody else gave it. */
  private static final Set<Reason> LEFT_ALONE =
      EnumSet.of(
          Reason.OPTED_OUT, Reason.MIRROR_POD, Reason.NO_SERVICE_ACCOUNT, Reason.OTHER_METHOD);

  private final PodTreeDecider injector;
  private final Set<String> volumeNames;

  /**
   * Checks by this injector's decisions.
   *
   * @param volumeNames names of the volumes that it adds, without a suffix
   */
  public PodCheck(PodTreeDecider injector, Set<String> volumeNames) {
    this.injector = injector;
    this.volumeNames = Set.copyOf(volumeNames);
  }

  /**
   * What was found.
   *
   * @param outcome what would become of the pod if it were created now
   * @param containers how each container compares, init containers first
   */
  public record Checked(Outcome outcome, List<Compared> containers) {
    public Checked {
      containers = List.copyOf(containers);
    }

    /** The worst state of a container. */
    public PodState state() {
      return containers.stream()
          .map(Compared::state)
          .max(Comparator.naturalOrder())
          .orElse(PodState.AS_DECIDED);
    }

    /** The first container in the worst state. */
    public Compared worst() {
      PodState state = state();
      return containers.stream()
          .filter(container -> container.state() == state)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("a pod without containers"));
    }
  }

  /** What one container has, and what it would get. */
  public record Compared(
      String container, PodState state, HeldCredentials has, HeldCredentials due) {}

  /**
   * Checks a running pod.
   *
   * @param trail notes how the decision comes about
   * @throws MalformedPodException if a value has the wrong type
   * @throws UndecidedException if something is not known that decides
   */
  public Checked check(JsonNode pod, String namespace, Trail trail)
      throws MalformedPodException, UndecidedException {
    ObjectNode due = UninjectedPod.of(pod, volumeNames);
    Outcome outcome = injector.decide(due, namespace, trail);
    if (outcome.decision() instanceof Decision.Inject inject) {
      injector.apply(inject.patch(), due);
    }
    Map<String, HeldCredentials> gets = HeldCredentials.of(due);
    List<Compared> containers = new ArrayList<>();
    HeldCredentials.of(pod)
        .forEach((name, has) -> {
          HeldCredentials get = gets.getOrDefault(name, HeldCredentials.NONE);
          containers.add(new Compared(name, state(has, get, outcome.decision()), has, get));
        });
    return new Checked(outcome, containers);
  }

  private static PodState state(HeldCredentials has, HeldCredentials gets, Decision decision) {
    boolean same =
        has.source().equals(gets.source())
            && has.audience().equals(gets.audience())
            && has.tokenFile().isEmpty() == gets.tokenFile().isEmpty();
    if (same) {
      return PodState.AS_DECIDED;
    }
    if (gets.equals(HeldCredentials.NONE)) {
      return LEFT_ALONE.contains(decision.reason()) ? PodState.AS_DECIDED : PodState.NOT_DUE;
    }
    if (has.equals(HeldCredentials.NONE)) {
      return PodState.MISSING;
    }
    if (!has.complete()) {
      return PodState.PARTLY;
    }
    return has.source().equals(gets.source()) ? PodState.OTHER_AUDIENCE : PodState.OTHER_ROLE;
  }
}
