package io.webidentity.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.webidentity.testing.cluster.TestCluster;
import java.util.Map;

/**
 * An application that goes on while the other tests run, with a token of the shortest lifetime:
 * kubelet replaces it after 8 to 10 minutes.
 *
 * @param team whose pod it is
 * @param pod its only container is {@link #CONTAINER}
 */
record LongLivedApplication(Team team, Pod pod) {
  static final String CONTAINER = "long-lived";
  private static final int SHORTEST_SECONDS = 600;

  /** Longer than any test waits for it. */
  private static final int RUN_SECONDS = 3600;

  static LongLivedApplication start(TestCluster cluster) {
    Team team = new Team(cluster);
    String account =
        team.newAccount(
            Map.of(
                "role-arn",
                StorageRole.REPORTS.arn(),
                "token-expiration",
                String.valueOf(SHORTEST_SECONDS)));
    return new LongLivedApplication(
        team,
        team.create(
            team.pod(
                account,
                Team.container(
                    CONTAINER,
                    ApplicationImages.JAVA,
                    StorageRole.REPORTS.bucket(),
                    CONTAINER,
                    String.valueOf(RUN_SECONDS)))));
  }

  /** What it has printed so far. */
  String log() {
    return team.log(pod, CONTAINER);
  }
}
