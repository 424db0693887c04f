package io.webidentity.injection;

import java.util.Optional;
import java.util.Set;

/**
 * Which containers of a pod get credentials.
 *
 * <table>
 * <caption>First match wins</caption>
 * <tr><th>the container</th><th>reason</th></tr>
 * <tr><td>is named by skip-containers</td><td>{@code container_skipped}</td></tr>
 * <tr><td>is not named by include-containers, where that names any</td>
 * <td>{@code container_not_included}</td></tr>
 * <tr><td>anything else</td><td>none: it gets credentials</td></tr>
 * </table>
 *
 * @param skipped names of containers that get none
 * @param included names of the only ones that get some; empty for all
 */
record ContainerChoice(Set<String> skipped, Set<String> included) {
  /** Why a container of this name gets none. */
  Optional<Reason> reasonAgainst(String container) {
    if (skipped.contains(container)) {
      return Optional.of(Reason.CONTAINER_SKIPPED);
    }
    return included.isEmpty() || included.contains(container)
        ? Optional.empty()
        : Optional.of(Reason.CONTAINER_NOT_INCLUDED);
  }
}
