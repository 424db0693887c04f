package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.NamespaceProperties;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.Reason;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeNamespaces;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.ReviewHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Namespaces with a say, from a review to its answer. */
class NamespaceReviewTest {
  private static final AccountKey ORDERS = new AccountKey("shop", "orders");
  private static final String OWN = "arn:aws:iam::111122223333:role/own";
  private static final String DEFAULT = "arn:aws:iam::111122223333:role/default";
  private static final ObjectLookup<IdentityAnnotations> OF_ACCOUNT =
      new ObjectLookup.Found<>(FakeServiceAccounts.withRole(OWN));
  private static final ObjectLookup<NamespaceProperties> OF_NAMESPACE =
      new ObjectLookup.Found<>(FakeNamespaces.withRole(DEFAULT));

  private final FakeServiceAccounts accounts = new FakeServiceAccounts();
  private final FakeNamespaces namespaces = new FakeNamespaces();

  @Test
  void what_is_known_is_answered_at_once_and_costs_no_look_up() {
    accounts.knowWithoutRole(ORDERS);
    namespaces.know("shop", FakeNamespaces.withRole(DEFAULT));

    CompletableFuture<Answer> answer = ask();

    assertThat(answer).isDone();
    assertThat(text(answer)).contains(DEFAULT);
    assertThat(accounts.lookUps()).isZero();
    assertThat(namespaces.lookUps()).isZero();
  }

  @Test
  void a_namespace_that_is_not_known_is_looked_up() {
    accounts.knowWithoutRole(ORDERS);
    namespaces.answer("shop", OF_NAMESPACE);

    assertThat(text(ask())).contains(DEFAULT);
    assertThat(accounts.lookUps()).isZero();
    assertThat(namespaces.lookUps()).isEqualTo(1);
  }

  @Test
  void only_the_account_is_looked_up_where_the_namespace_is_known() {
    namespaces.know("shop", NamespaceProperties.NONE);
    accounts.answer(ORDERS, OF_ACCOUNT);

    assertThat(text(ask())).contains(OWN);
    assertThat(accounts.lookUps()).isEqualTo(1);
    assertThat(namespaces.lookUps()).isZero();
  }

  @Test
  void both_are_looked_up_at_once_and_the_caller_is_not_held_up() {
    CompletableFuture<ObjectLookup<IdentityAnnotations>> account = new CompletableFuture<>();
    CompletableFuture<ObjectLookup<NamespaceProperties>> namespace = new CompletableFuture<>();
    accounts.answer(ORDERS, account);
    namespaces.answer("shop", namespace);

    CompletableFuture<Answer> answer = ask();

    assertThat(accounts.lookUps()).isEqualTo(1);
    assertThat(namespaces.lookUps()).isEqualTo(1);
    assertThat(answer).isNotDone();
    namespace.complete(OF_NAMESPACE);
    assertThat(answer).isNotDone();
    account.complete(OF_ACCOUNT);
    assertThat(text(answer)).contains(OWN).doesNotContain(DEFAULT);
  }

  @Test
  void a_namespace_that_cannot_be_looked_up_is_for_the_api_server_to_try_again() {
    accounts.know(ORDERS, OWN);
    namespaces.answer("shop", new ObjectLookup.Failed<>(LookupResult.FAILED, "it is away"));

    assertThat(ask().join())
        .isEqualTo(
            new Answer.Refused(Reason.LOOKUP_FAILED, Answer.Failure.UNAVAILABLE, "it is away"));
  }

  @Test
  void a_defect_of_a_look_up_is_answered_as_one() {
    accounts.know(ORDERS, OWN);
    namespaces.answer("shop", CompletableFuture.failedFuture(new IllegalStateException("bug")));

    assertThat(ask().join()).extracting("reason").isEqualTo(Reason.INTERNAL_ERROR);
  }

  private CompletableFuture<Answer> ask() {
    String pod =
        """
        {"metadata":{},"spec":{"serviceAccountName":"orders","containers":[{"name":"c"}]}}\
        """;
    byte[] review = Reviews.podCreation("u", "shop", pod, "").getBytes(StandardCharsets.UTF_8);
    ReviewHandler handler =
        ReviewHandlers.of(
            accounts, namespaces, new DecisionMetrics(new SimpleMeterRegistry(), Mode.INJECTING));
    return handler.handle(ReviewBytes.of(review), MemoryBudget.UNBOUNDED).toCompletableFuture();
  }

  /** The patch of an answer. */
  private static String text(CompletableFuture<Answer> answer) {
    Answer.Reviewed reviewed = (Answer.Reviewed) answer.join();
    String json = new String(reviewed.body(), StandardCharsets.UTF_8);
    String encoded = json.replaceFirst("(?s).*\"patch\":\"([^\"]*)\".*", "$1");
    return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
  }
}
