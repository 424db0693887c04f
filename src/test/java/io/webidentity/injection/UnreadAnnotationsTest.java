package io.webidentity.injection;

import static io.webidentity.injection.Annotation.Holder.NAMESPACE;
import static io.webidentity.injection.Annotation.Holder.POD;
import static io.webidentity.injection.Annotation.Holder.POD_LABEL;
import static io.webidentity.injection.Annotation.Holder.SERVICE_ACCOUNT;
import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.injection.Annotation.Holder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnreadAnnotationsTest {
  private static final String PREFIX = "eks.amazonaws.com/";

  private final UnreadAnnotations unread =
      new UnreadAnnotations(new AnnotationKeys("eks.amazonaws.com"));

  @ParameterizedTest
  @CsvSource({
    "POD, role-arn, ServiceAccount annotation",
    "POD, audience, ServiceAccount annotation",
    "POD, sts-regional-endpoints, ServiceAccount annotation",
    "POD, role-session-name, ServiceAccount annotation",
    "POD, region, ServiceAccount annotation",
    "POD, skip-pod-identity-webhook, Pod label",
    "POD_LABEL, skip-containers, Pod annotation",
    "SERVICE_ACCOUNT, skip-containers, Pod annotation",
    "SERVICE_ACCOUNT, include-containers, Pod annotation",
    "SERVICE_ACCOUNT, skip-pod-identity-webhook, Pod label",
    "NAMESPACE, skip-containers, Pod annotation"
  })
  void what_counts_elsewhere_is_named_with_the_place(Holder holder, String name, String place) {
    assertThat(unread.find(new Annotation(holder, PREFIX + name, "x")))
        .contains(
            Finding.of(
                Reason.ANNOTATION_MISPLACED, new Annotation(holder, PREFIX + name, "x"), place));
  }

  @ParameterizedTest
  @CsvSource({
    "SERVICE_ACCOUNT, role-arm, role-arn",
    "SERVICE_ACCOUNT, roleArn, role-arn",
    "SERVICE_ACCOUNT, RoleArn, role-arn",
    "SERVICE_ACCOUNT, role_arn, role-arn",
    "SERVICE_ACCOUNT, role, role-arn",
    "SERVICE_ACCOUNT, iam-role, role-arn",
    "SERVICE_ACCOUNT, audence, audience",
    "NAMESPACE, rolearn, role-arn",
    "POD, exclude-containers, skip-containers",
    "POD, skip-container, skip-containers",
    "POD, skipContainers, skip-containers",
    "POD_LABEL, skip-pod-identity-webhok, skip-pod-identity-webhook"
  })
  void a_near_miss_is_named_with_what_was_meant(Holder holder, String name, String meant) {
    Annotation annotation = new Annotation(holder, PREFIX + name, "x");
    assertThat(unread.find(annotation))
        .contains(Finding.of(Reason.ANNOTATION_MISSPELT, annotation, PREFIX + meant));
  }

  @Test
  void the_annotation_of_kube2iam_counts_on_accounts_alone() {
    Annotation annotation = new Annotation(SERVICE_ACCOUNT, "iam.amazonaws.com/role", "orders");
    assertThat(unread.find(annotation))
        .contains(Finding.of(Reason.ANNOTATION_MISSPELT, annotation, PREFIX + "role-arn"));
    for (Holder holder : new Holder[] {POD, POD_LABEL, NAMESPACE}) {
      assertThat(unread.find(new Annotation(holder, annotation.key(), "orders"))).isEmpty();
    }
  }

  static Stream<Arguments> right() {
    return Stream.of(
        Arguments.of(POD, "skip-containers"),
        Arguments.of(POD, "include-containers"),
        Arguments.of(POD, "token-expiration"),
        Arguments.of(POD_LABEL, "skip-pod-identity-webhook"),
        Arguments.of(SERVICE_ACCOUNT, "role-arn"),
        Arguments.of(SERVICE_ACCOUNT, "token-expiration"),
        Arguments.of(NAMESPACE, "role-arn"),
        Arguments.of(NAMESPACE, "region"));
  }

  @ParameterizedTest
  @MethodSource("right")
  void what_is_read_there_is_right(Holder holder, String name) {
    assertThat(unread.find(new Annotation(holder, PREFIX + name, "x"))).isEmpty();
  }

  /** With a prefix of a company's own, labels are for any purpose. */
  @ParameterizedTest
  @ValueSource(strings = {"role", "region", "reason", "audience", "token-expiration"})
  void labels_of_other_purposes_are_nobodys_business(String name) {
    assertThat(unread.find(new Annotation(POD_LABEL, PREFIX + name, "x"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"reason", "legion"})
  void a_word_of_its_own_is_no_region(String name) {
    assertThat(unread.find(new Annotation(POD, PREFIX + name, "x"))).isEmpty();
  }

  /** EKS' own, and those of strangers. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "eks.amazonaws.com/pod-identity",
        "eks.amazonaws.com/nodegroup",
        "eks.amazonaws.com/nodegroup-image",
        "eks.amazonaws.com/fargate-profile",
        "eks.amazonaws.com/compute-type",
        "eks.amazonaws.com/capacityType",
        "eks.amazonaws.com/component",
        "eks.amazonaws.com/sourceLaunchTemplateId",
        "eks.amazonaws.com",
        "eks.amazonaws.computer/role-arn",
        "id.example.com/role-arm",
        "role-arn"
      })
  void other_names_are_nobodys_business(String key) {
    for (Holder holder : Holder.values()) {
      assertThat(unread.find(new Annotation(holder, key, "x"))).as("%s", holder).isEmpty();
    }
  }
}
