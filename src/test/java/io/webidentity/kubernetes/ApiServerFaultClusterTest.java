package io.webidentity.kubernetes;

import static java.util.Objects.requireNonNull;

import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every {@link ApiServerFault} in a {@link FaultScenario}, against a real API server. They wait
 * most of the time, so that many run at once.
 */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiServerFaultClusterTest {
  private static final int AT_ONCE = 10;

  private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
  private final Map<ApiServerFault, Future<?>> scenarios = new EnumMap<>(ApiServerFault.class);

  ApiServerFaultClusterTest(TestCluster cluster) {
    for (ApiServerFault fault : ApiServerFault.values()) {
      scenarios.put(
          fault,
          threads.submit(() -> {
            new FaultScenario(cluster, fault).run();
            return null;
          }));
    }
  }

  @AfterAll
  void stop() {
    threads.shutdownNow();
  }

  @ParameterizedTest
  @EnumSource
  void pods_are_decided_right_or_not_at_all_and_it_recovers_by_itself(ApiServerFault fault)
      throws Throwable {
    try {
      requireNonNull(scenarios.get(fault)).get();
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }
}
