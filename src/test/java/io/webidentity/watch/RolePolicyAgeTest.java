package io.webidentity.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.policy.RolePolicy;
import io.webidentity.rolepolicy.WatchedRolePolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RolePolicyAgeTest {
  private final AtomicLong nanos = new AtomicLong();
  private final RepeatedLook looks =
      new RepeatedLook(
          "role_policy",
          () -> Duration.ofDays(1),
          () -> {
            throw new UnusableContentException("the API server is away");
          },
          (_, _) -> {},
          nanos::get);

  @Test
  void a_policy_that_was_not_looked_at_for_too_long_is_not_gone_by_until_somebody_looks() {
    WatchedRolePolicy policy = new UnreadPolicy(looks);
    nanos.addAndGet(WatchedRolePolicy.LONGEST_AGE.toNanos());
    assertThat(policy.dependable()).isTrue();
    nanos.addAndGet(1);
    assertThat(policy.dependable()).isFalse();

    looks.lookNow();

    assertThat(looks.failing()).isTrue();
    assertThat(policy.dependable()).as("a look that failed").isTrue();
  }

  private record UnreadPolicy(RepeatedLook looks) implements WatchedRolePolicy {
    @Override
    public void read() {
      looks.lookNow();
    }

    @Override
    public Optional<RolePolicy> current() {
      return Optional.empty();
    }

    @Override
    public void start() {
      looks.start();
    }

    @Override
    public boolean ready() {
      return false;
    }

    @Override
    public int entries() {
      return 0;
    }

    @Override
    public void close() {
      looks.close();
    }
  }
}
