package io.webidentity.rolepolicy;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.injection.Reason;
import io.webidentity.kubernetes.LookupRateLimit;
import io.webidentity.kubernetes.ObjectReadException;
import io.webidentity.kubernetes.ObjectReadException.Retry;
import io.webidentity.policy.NamespaceMetadata;
import io.webidentity.rolepolicy.PolicyNamespaces.Lookup;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LiveNamespacesTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong now = new AtomicLong();

  @Test
  void an_answer_counts_for_a_while_and_then_is_asked_for_again() {
    LiveNamespaces namespaces = new LiveNamespaces((name, _) -> numbered(name), LONG, now::get);

    assertThat(label(namespaces, "a")).isEqualTo("1");
    assertThat(label(namespaces, "a")).isEqualTo("1");
    assertThat(label(namespaces, "b")).isEqualTo("2");
    now.addAndGet(LiveNamespaces.FRESH.toNanos() - 1);
    assertThat(label(namespaces, "a")).isEqualTo("1");
    now.addAndGet(1);
    assertThat(label(namespaces, "a")).isEqualTo("3");
  }

  @Test
  void who_asks_meanwhile_shares_the_answer() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    LiveNamespaces namespaces =
        new LiveNamespaces(
            (name, _) -> {
              awaitRelease(release);
              return numbered(name);
            },
            LONG,
            now::get);

    CompletableFuture<Lookup> first = namespaces.lookUp("a").toCompletableFuture();
    CompletableFuture<Lookup> second = namespaces.lookUp("a").toCompletableFuture();
    release.countDown();

    assertThat(first.join()).isEqualTo(second.join());
    assertThat(requests).hasValue(1);
  }

  @Test
  void a_failure_is_not_kept() {
    LiveNamespaces namespaces =
        new LiveNamespaces(
            (name, _) -> {
              if (requests.incrementAndGet() == 1) {
                throw new ObjectReadException(Reason.LOOKUP_FAILED, "away", Retry.POINTLESS);
              }
              return numbered(name);
            },
            LONG,
            now::get);

    assertThat(namespaces.lookUp("a").toCompletableFuture().join())
        .isEqualTo(new Lookup.Failed(Reason.LOOKUP_FAILED, "away"));
    Awaitility.await()
        .until(() -> namespaces.lookUp("a").toCompletableFuture().join() instanceof Lookup.Found);
  }

  @Test
  void an_answer_that_does_not_come_is_a_failure_that_is_not_kept() {
    CountDownLatch never = new CountDownLatch(1);
    LiveNamespaces namespaces =
        new LiveNamespaces(
            (name, _) -> {
              if (requests.incrementAndGet() == 1) {
                awaitRelease(never);
              }
              return numbered(name);
            },
            Duration.ofMillis(50),
            now::get);

    assertThat(namespaces.lookUp("a").toCompletableFuture().join())
        .isEqualTo(
            new Lookup.Failed(
                Reason.LOOKUP_TIMEOUT,
                "The API server did not answer within 50 ms when asked for Namespace a."));
    Awaitility.await()
        .until(() -> namespaces.lookUp("a").toCompletableFuture().join() instanceof Lookup.Found);
    never.countDown();
  }

  @Test
  void a_flood_of_names_is_limited() {
    LiveNamespaces namespaces = new LiveNamespaces((name, _) -> numbered(name), LONG, now::get);

    for (int i = 0; i < LookupRateLimit.BURST; i++) {
      assertThat(namespaces.lookUp("n" + i).toCompletableFuture().join())
          .isInstanceOf(Lookup.Found.class);
    }
    assertThat(namespaces.lookUp("one-more").toCompletableFuture().join())
        .isEqualTo(
            new Lookup.Failed(
                Reason.LOOKUP_RATE_LIMITED, "Too many Namespaces wait to be looked up."));
  }

  private NamespaceMetadata numbered(String name) {
    return new NamespaceMetadata(
        name, Map.of("request", String.valueOf(requests.incrementAndGet())), Map.of());
  }

  private static String label(LiveNamespaces namespaces, String name) {
    Lookup lookup = namespaces.lookUp(name).toCompletableFuture().join();
    assertThat(lookup).isInstanceOf(Lookup.Found.class);
    return ((Lookup.Found) lookup).namespace().labels().getOrDefault("request", "");
  }

  private static void awaitRelease(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
