package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.admission.Review.Subject.PodCreation;
import io.webidentity.event.EventNotice;
import io.webidentity.event.EventSubject;
import io.webidentity.injection.Annotation;
import io.webidentity.injection.Decision;
import io.webidentity.injection.Finding;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.PodReader;
import io.webidentity.injection.Reason;
import io.webidentity.injection.Warnings;
import io.webidentity.testing.pod.Reviews;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodEventsTest {
  private static final EventSubject ACCOUNT = EventSubject.serviceAccount("shop", "orders");
  private static final EventSubject REPLICA_SET =
      new EventSubject("apps/v1", "ReplicaSet", "shop", "web-1", Optional.of("u-1"));
  private static final String OWNER =
      "{\"apiVersion\":\"apps/v1\",\"kind\":\"ReplicaSet\",\"name\":\"web-1\",\"uid\":\"u-1\",\"controller\":true}";
  private static final Finding FINDING =
      Finding.of(
          Reason.REGION_INVALID,
          new Annotation(Annotation.Holder.SERVICE_ACCOUNT, "eks.amazonaws.com/region", "\n"));

  private final List<EventNotice> told = new ArrayList<>();
  private final PodEvents events = PodEvents.to(told::add);

  @Test
  void a_surprise_is_told_about_the_account_and_about_the_controller_of_the_pod() throws Exception {
    events.decided(creation(OWNER, false), new Decision.Skip(Reason.NO_ROLE, List.of(FINDING)));

    assertThat(told)
        .containsExactly(
            warning(ACCOUNT, "RegionInvalid", FINDING.message()),
            warning(REPLICA_SET, "RegionInvalid", FINDING.message()));
    assertThat(FINDING.message()).contains("\\n").doesNotContain("\n");
  }

  @Test
  void a_pod_that_nothing_controls_has_its_account_only() throws Exception {
    events.decided(creation("", false), new Decision.Skip(Reason.NO_ROLE, List.of(FINDING)));

    assertThat(told).extracting(EventNotice::subject).containsExactly(ACCOUNT);
  }

  @Test
  void a_dry_run_is_never_told() throws Exception {
    PodCreation creation = creation(OWNER, true);

    events.decided(creation, new Decision.Skip(Reason.OTHER_METHOD, List.of(FINDING)));
    events.undecided(creation, Reason.LOOKUP_FAILED, "The API server is away.");

    assertThat(told).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "INJECTED",
        "ALREADY_INJECTED",
        "NO_ROLE",
        "OPTED_OUT",
        "MIRROR_POD",
        "NO_SERVICE_ACCOUNT"
      })
  void what_is_as_it_should_be_is_not_told(Reason reason) throws Exception {
    events.decided(creation(OWNER, false), new Decision.Skip(reason, List.of()));

    assertThat(told).isEmpty();
  }

  @Test
  void a_pod_of_the_other_method_is_told_as_normal() throws Exception {
    events.decided(creation("", false), new Decision.Skip(Reason.OTHER_METHOD, List.of()));

    assertThat(told)
        .containsExactly(
            new EventNotice(
                ACCOUNT,
                EventNotice.Type.NORMAL,
                "OtherMethod",
                "The pod has the token volume of the other method already; nothing was added."));
  }

  @Test
  void a_rejection_is_told_once_by_its_finding() throws Exception {
    Finding denied =
        Finding.denied(Reason.ROLE_DENIED, "Role", "arn:x", "shop", "no rule is for it", true);

    events.decided(creation("", false), new Decision.Reject(Reason.POD_REJECTED, List.of(denied)));

    assertThat(told).containsExactly(warning(ACCOUNT, "RoleDenied", denied.message()));
  }

  @Test
  void who_could_not_be_looked_up_is_told_with_what_follows() throws Exception {
    events.undecided(
        creation("", false), Reason.LOOKUP_TIMEOUT, "The API server said \u0007 nothing.");

    assertThat(told)
        .containsExactly(
            warning(
                ACCOUNT,
                "LookupTimeout",
                "The API server said \\u{7} nothing. The API server asks again, then its"
                    + " failurePolicy decides."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a/b", "a\\u0007", "a b", "ü"})
  void an_owner_that_cannot_exist_is_left_out(String name) throws Exception {
    PodCreation creation = creation(OWNER.replace("web-1", name), false);

    events.decided(creation, new Decision.Skip(Reason.NO_ROLE, List.of(FINDING)));

    assertThat(told).extracting(EventNotice::subject).containsExactly(ACCOUNT);
  }

  @Test
  void an_owner_that_would_fill_memory_is_left_out() throws Exception {
    PodCreation creation = creation(OWNER.replace("ReplicaSet", "R".repeat(254)), false);

    events.decided(creation, new Decision.Skip(Reason.NO_ROLE, List.of(FINDING)));

    assertThat(told).extracting(EventNotice::subject).containsExactly(ACCOUNT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"shop/../kube-system", "..", "shop?a=b", "shop%2f"})
  void a_namespace_that_would_lead_a_request_elsewhere_is_left_out(String namespace)
      throws Exception {
    PodCreation creation = new PodCreation(namespace, creation(OWNER, false).pod(), false);

    events.decided(creation, new Decision.Skip(Reason.NO_ROLE, List.of(FINDING)));

    assertThat(told).isEmpty();
  }

  @Test
  void no_pod_tells_more_than_its_warnings() throws Exception {
    List<Finding> many = Collections.nCopies(100, FINDING);

    events.decided(creation("", false), new Decision.Skip(Reason.NO_ROLE, many));

    assertThat(told).hasSize(Warnings.MAX_WARNINGS);
  }

  private static EventNotice warning(EventSubject subject, String reason, String note) {
    return new EventNotice(subject, EventNotice.Type.WARNING, reason, note);
  }

  private static PodCreation creation(String owner, boolean dryRun) throws Exception {
    String pod =
        """
        {"metadata":{"generateName":"web-1-","ownerReferences":[%s]},"spec":{"serviceAccountName":"orders"}}\
        """
            .formatted(owner);
    String review =
        Reviews.podCreation("u", "shop", pod, "")
            .replace("\"dryRun\":false", "\"dryRun\":" + dryRun);
    Review read =
        new ReviewReader(
                new PodReader("eks.amazonaws.com").withOwners(), EphemeralContainerRule.IGNORE)
            .read(ReviewBytes.of(review.getBytes(StandardCharsets.UTF_8)), MemoryBudget.UNBOUNDED);
    return (PodCreation) read.subject();
  }
}
