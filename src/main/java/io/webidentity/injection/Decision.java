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
      return Reason.INJECTED;
    }
  }

  /** The pod is left as it is. */
  record Skip(Reason reason, List<Finding> findings) implements Decision {
    public Skip {
      findings = List.copyOf(findings);
    }
  }

  /** What was decided for one container. */
  record ContainerDecision(String container, Reason reason) {}
}
