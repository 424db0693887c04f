package io.webidentity.injection;

import io.webidentity.jsonpatch.JsonPatch;
import java.util.List;

/** What is to be done with a pod. */
public sealed interface Decision {
  /** Why, in one stable code. */
  Reason reason();

  /** What was surprising; each becomes an admission warning. */
  List<Finding> findings();

  /**
   * The pod is changed.
   *
   * @param patch the change, not empty
   * @param containers what was decided for each container, init containers first, in the pod's
   *     order
   */
  record Inject(JsonPatch patch, List<ContainerDecision> containers, List<Finding> findings)
      implements Decision {
    public Inject {
      containers = List.copyOf(containers);
      findings = List.copyOf(findings);
    }

    @Override
    public Reason reason() {
      for (ContainerDecision container : containers) {
        if (container.reason() == Reason.CONTAINER_INJECTED) {
          return Reason.INJECTED;
        }
      }
      return Reason.NO_CONTAINER_INJECTED;
    }
  }

  /** The pod is left as it is. */
  record Skip(Reason reason, List<Finding> findings) implements Decision {
    public Skip {
      findings = List.copyOf(findings);
    }
  }

  /**
   * The pod is not to be created.
   *
   * @param findings why, first of all, and what was surprising beside it
   */
  record Reject(Reason reason, List<Finding> findings) implements Decision {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if there is no finding to tell the pod's creator
     */
    public Reject {
      findings = List.copyOf(findings);
      if (findings.isEmpty()) {
        throw new IllegalArgumentException("rejected without a word");
      }
    }

    /** What the pod's creator is told. */
    public String message() {
      return findings.getFirst().message();
    }
  }

  /** What was decided for one container. */
  record ContainerDecision(String container, Reason reason) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the reason decides about no container
     */
    public ContainerDecision {
      if (!reason.decidesContainer()) {
        throw new IllegalArgumentException(reason + " is not decided for a container");
      }
    }
  }
}
