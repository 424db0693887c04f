package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webidentity.account.AccountKey;
import io.webidentity.account.AccountKind;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.SessionAnnotations;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.kubernetes.ObjectReadException.Retry;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LiveLookupsTest {
  private static final AccountKey ORDERS = new AccountKey("shop", "orders");
  private static final IdentityAnnotations ROLE =
      new IdentityAnnotations("r", null, null, null, SessionAnnotations.NONE);
  private static final Duration NEVER = Duration.ofMinutes(5);

  private static final AccountKind KIND = new AccountKind(new AnnotationKeys("example.com"));

  private final FakeReader reader = new FakeReader();
  private LiveLookups<AccountKey, IdentityAnnotations> lookups = lookups(NEVER);

  @AfterEach
  void stop() {
    lookups.close();
  }

  @Test
  void a_hundred_who_ask_at_once_share_one_request() {
    List<CompletableFuture<ObjectLookup<IdentityAnnotations>>> asked = askWhileUnderWay(100);

    reader.answer(Optional.of(ROLE));

    assertThat(asked)
        .allSatisfy(a -> assertThat(a.join()).isEqualTo(new ObjectLookup.Found<>(ROLE)));
    assertThat(reader.requests).hasValue(1);
    assertThat(lookups.counts()).containsEntry(LookupResult.FOUND, 100L);
  }

  @Test
  void who_asks_after_the_request_was_sent_is_not_told_an_older_answer_without_a_role() {
    List<CompletableFuture<ObjectLookup<IdentityAnnotations>>> asked = askWhileUnderWay(100);

    reader.answer(Optional.empty());
    assertThat(asked.getFirst().join()).isEqualTo(new ObjectLookup.NotFound<>());
    reader.answer(Optional.of(ROLE));

    assertThat(asked.subList(1, 100))
        .allSatisfy(a -> assertThat(a.join()).isEqualTo(new ObjectLookup.Found<>(ROLE)));
    assertThat(reader.requests).hasValue(2);
  }

  @Test
  void accounts_do_not_share_requests() {
    CompletableFuture<ObjectLookup<IdentityAnnotations>> one = ask(ORDERS);
    CompletableFuture<ObjectLookup<IdentityAnnotations>> other =
        ask(new AccountKey("shop", "other"));

    reader.answer(Optional.of(ROLE));
    reader.answer(Optional.of(ROLE));

    assertThat(one.join()).isEqualTo(other.join()).isEqualTo(new ObjectLookup.Found<>(ROLE));
    assertThat(reader.requests).hasValue(2);
  }

  @Test
  void a_later_question_is_a_request_of_its_own() {
    reader.answer(Optional.of(ROLE));
    assertThat(ask(ORDERS).join()).isEqualTo(new ObjectLookup.Found<>(ROLE));

    reader.answer(Optional.of(IdentityAnnotations.NONE));
    assertThat(ask(ORDERS).join()).isEqualTo(new ObjectLookup.Found<>(IdentityAnnotations.NONE));
  }

  @Test
  void a_failure_that_may_pass_is_repeated() {
    reader.fail(LookupResult.FAILED, Retry.SENSIBLE);
    reader.fail(LookupResult.FAILED, Retry.SENSIBLE);
    reader.answer(Optional.of(ROLE));

    assertThat(ask(ORDERS).join()).isEqualTo(new ObjectLookup.Found<>(ROLE));
    assertThat(reader.requests).hasValue(3);
  }

  @Test
  void a_failure_that_will_not_pass_is_the_answer() {
    reader.fail(LookupResult.FAILED, Retry.POINTLESS);

    assertThat(ask(ORDERS).join())
        .isEqualTo(new ObjectLookup.Failed<>(LookupResult.FAILED, "as asked for"));
    assertThat(lookups.counts()).containsEntry(LookupResult.FAILED, 1L);
  }

  @Test
  void a_defect_of_the_reader_is_a_failure() {
    lookups =
        new LiveLookups<>(
            KIND,
            (_, _) -> {
              throw new IllegalStateException("secret");
            },
            NEVER,
            System::nanoTime);

    assertThat(ask(ORDERS).join())
        .isInstanceOfSatisfying(
            ObjectLookup.Failed.class,
            failed ->
                assertThat(failed.message()).contains("shop/orders").doesNotContain("secret"));
  }

  @Test
  void a_request_that_hangs_ends_with_the_deadline_and_is_not_joined_any_more() {
    lookups = lookups(Duration.ofMillis(50));

    assertThat(ask(ORDERS).join())
        .isInstanceOfSatisfying(
            ObjectLookup.Failed.class,
            failed -> {
              assertThat(failed.result()).isEqualTo(LookupResult.TIMEOUT);
              assertThat(failed.message()).contains("50 ms", "shop/orders");
            });
    await().untilAtomic(reader.interrupted, n -> assertThat(n).isEqualTo(1));
    assertThat(lookups.counts()).containsEntry(LookupResult.TIMEOUT, 1L);

    reader.answer(Optional.of(ROLE));
    await()
        .untilAsserted(
            () -> assertThat(ask(ORDERS).join()).isEqualTo(new ObjectLookup.Found<>(ROLE)));
  }

  @Test
  void too_many_at_once_are_refused_and_the_others_answered() {
    lookups = lookups(Duration.ofSeconds(2));
    List<CompletableFuture<ObjectLookup<IdentityAnnotations>>> asked = new ArrayList<>();
    int inTime = LookupRateLimit.BURST + 2 * LookupRateLimit.PER_SECOND;
    for (int i = 0; i < 3 * inTime; i++) {
      reader.answer(Optional.of(ROLE));
      asked.add(ask(new AccountKey("shop", "orders-" + i)));
    }

    assertThat(asked).filteredOn(a -> a.join() instanceof ObjectLookup.Found).isNotEmpty();
    assertThat(asked)
        .filteredOn(a -> a.join() instanceof ObjectLookup.Failed)
        .isNotEmpty()
        .allSatisfy(a ->
            assertThat(a.join())
                .isInstanceOfSatisfying(
                    ObjectLookup.Failed.class,
                    failed ->
                        assertThat(failed.result())
                            .isIn(LookupResult.RATE_LIMITED, LookupResult.TIMEOUT)));
    assertThat(lookups.counts().get(LookupResult.RATE_LIMITED)).isPositive();
    assertThat(reader.requests.get()).isLessThan(3 * inTime);
  }

  @Test
  void closing_ends_what_is_under_way_and_what_comes_later() {
    CompletableFuture<ObjectLookup<IdentityAnnotations>> underWay = ask(ORDERS);
    await().untilAtomic(reader.requests, n -> assertThat(n).isEqualTo(1));

    lookups.close();

    assertThat(underWay.join()).isInstanceOf(ObjectLookup.Failed.class);
    assertThat(ask(ORDERS).join()).isInstanceOf(ObjectLookup.Failed.class);
    await().untilAtomic(reader.interrupted, n -> assertThat(n).isEqualTo(1));
    assertThat(reader.requests).hasValue(1);
  }

  private List<CompletableFuture<ObjectLookup<IdentityAnnotations>>> askWhileUnderWay(int times) {
    List<CompletableFuture<ObjectLookup<IdentityAnnotations>>> asked = new ArrayList<>();
    asked.add(ask(ORDERS));
    await().untilAtomic(reader.requests, n -> assertThat(n).isEqualTo(1));
    while (asked.size() < times) {
      asked.add(ask(ORDERS));
    }
    return asked;
  }

  private CompletableFuture<ObjectLookup<IdentityAnnotations>> ask(AccountKey account) {
    return lookups.lookUp(account).toCompletableFuture();
  }

  private LiveLookups<AccountKey, IdentityAnnotations> lookups(Duration deadline) {
    return new LiveLookups<>(KIND, reader, deadline, System::nanoTime);
  }

  /** Answers in the order of the test's calls; waits while there is no answer. */
  private static final class FakeReader implements ObjectReader<AccountKey, IdentityAnnotations> {
    private interface Answer {
      Optional<IdentityAnnotations> get() throws ObjectReadException;
    }

    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger interrupted = new AtomicInteger();
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();

    void answer(Optional<IdentityAnnotations> answer) {
      answers.add(() -> answer);
    }

    void fail(LookupResult result, Retry retry) {
      answers.add(() -> {
        throw new ObjectReadException(result, "as asked for", retry);
      });
    }

    @Override
    public Optional<IdentityAnnotations> read(AccountKey account, Duration timeout)
        throws ObjectReadException {
      requests.incrementAndGet();
      try {
        return answers.take().get();
      } catch (InterruptedException e) {
        interrupted.incrementAndGet();
        throw new ObjectReadException(LookupResult.FAILED, "interrupted", Retry.POINTLESS, e);
      }
    }
  }
}
