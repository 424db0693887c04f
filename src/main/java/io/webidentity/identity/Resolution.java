package io.webidentity.identity;

import io.webidentity.injection.Finding;
import io.webidentity.injection.Identity;
import io.webidentity.injection.Reason;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import java.util.List;

/** Which identity a pod has. */
public sealed interface Resolution {
  /**
   * There is one; what was surprising is in {@link Identity#findings}.
   *
   * @param source what gave it
   */
  record Resolved(Identity identity, Trail.Source source) implements Resolution {
    Resolved withFindings(List<Finding> findings) {
      return new Resolved(identity.withFindings(findings), source);
    }
  }

  /**
   * There is none: the pod stays as it is.
   *
   * @param reason why, of kind {@link Reason.Kind#OUTCOME}
   * @param findings what was surprising on the way
   */
  record None(Reason reason, List<Finding> findings) implements Resolution {
    public None {
      findings = List.copyOf(findings);
    }
  }

  /**
   * The role policy wants the pod rejected.
   *
   * @param reason why, of kind {@link Reason.Kind#OUTCOME}
   * @param findings what was denied, and then what was surprising on the way
   */
  record Rejected(Reason reason, List<Finding> findings) implements Resolution {
    public Rejected {
      findings = List.copyOf(findings);
    }
  }

  /**
   * Nobody knows: the request must not be answered with "allowed".
   *
   * @param reason why, of kind {@link Reason.Kind#ERROR}
   * @param message one sentence for logs and clients, without secrets
   */
  record Undecided(Reason reason, String message) implements Resolution {
    /** After a look-up that failed. */
    static Undecided of(LookupResult result, String message) {
      Reason reason =
          switch (result) {
            case TIMEOUT -> Reason.LOOKUP_TIMEOUT;
            case RATE_LIMITED -> Reason.LOOKUP_RATE_LIMITED;
            case FAILED, FOUND, NOT_FOUND -> Reason.LOOKUP_FAILED;
          };
      return new Undecided(reason, message);
    }
  }
}
