package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonTest {
  @ParameterizedTest
  @EnumSource
  void a_code_is_the_name_in_lower_case_so_that_both_stay(Reason reason) {
    assertThat(reason.code()).matches("[a-z]+(_[a-z]+)*");
    assertThat(reason.name()).isEqualToIgnoringCase(reason.code());
  }

  @ParameterizedTest
  @EnumSource
  void a_sentence_is_one(Reason reason) {
    assertThat(reason.sentence()).matches("[A-Z][^.\\n]*\\.");
  }

  @ParameterizedTest
  @EnumSource
  void events_tell_of_every_surprise_and_of_no_decision_as_expected(Reason reason) {
    if (reason.kind() == Reason.Kind.SURPRISE && reason != Reason.VARIABLE_NOT_COPIED) {
      assertThat(reason.event()).isEqualTo(Reason.Event.WARNING);
    }
    if (reason.kind() == Reason.Kind.CONTAINER) {
      assertThat(reason.event()).isEqualTo(Reason.Event.NONE);
    }
    assertThat(reason.eventReason()).matches("([A-Z][a-z]*)+").hasSizeLessThanOrEqualTo(128);
  }

  @Test
  void an_event_has_the_name_of_its_code() {
    assertThat(Reason.ROLE_ARN_MALFORMED.eventReason()).isEqualTo("RoleArnMalformed");
  }

  @Test
  void codes_are_stable() {
    Set<String> codes =
        Arrays.stream(Reason.values()).map(Reason::code).collect(Collectors.toSet());
    assertThat(codes)
        .contains(
            "injected",
            "already_injected",
            "no_role",
            "service_account_not_found",
            "opted_out",
            "mirror_pod",
            "no_service_account",
            "not_a_pod_creation",
            "container_injected",
            "container_skipped",
            "container_already_configured",
            "mount_path_taken",
            "volume_name_taken",
            "volume_mounted_elsewhere",
            "role_arn_malformed",
            "role_arn_blanks",
            "audience_empty",
            "token_expiration_invalid",
            "token_expiration_too_large",
            "sts_regional_endpoints_invalid",
            "skip_containers_invalid",
            "skip_containers_extra",
            "client_not_trusted",
            "malformed_review",
            "unsupported_media_type",
            "body_too_large",
            "lookup_failed",
            "lookup_timeout",
            "lookup_rate_limited",
            "internal_error");
  }
}
