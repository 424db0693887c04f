package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.admission.Review.Header;
import io.webidentity.injection.Decision;
import io.webidentity.injection.Finding;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.Reason;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AnswerWriterTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(strings = {"admission.k8s.io/v1", "admission.k8s.io/v1beta1"})
  void version_and_uid_are_echoed_whatever_is_in_them(String version) throws IOException {
    String uid = "u-\"\\\u0007\u20ac";

    JsonNode answer = written(new Header(version, uid), List.of());

    assertThat(answer.path("apiVersion").asText()).isEqualTo(version);
    assertThat(answer.path("kind").asText()).isEqualTo("AdmissionReview");
    assertThat(answer.at("/response/uid").asText()).isEqualTo(uid);
    assertThat(answer.at("/response/allowed").asBoolean()).isTrue();
    assertThat(answer.path("response").size()).isEqualTo(2);
  }

  /** An API server sends none; what is not UTF-8 must not end in a stack trace. */
  @Test
  void half_a_surrogate_pair_in_a_uid_is_echoed_as_json_can() throws IOException {
    assertThat(
            written(new Header("admission.k8s.io/v1", "u-\ud800"), List.of())
                .at("/response/uid")
                .asText())
        .isEqualTo("u-\ud800");
  }

  @Test
  void findings_become_warnings_within_their_limit() throws IOException {
    List<Finding> findings =
        IntStream.rangeClosed(1, 100)
            .mapToObj(i -> Finding.saying(Reason.AUDIENCE_EMPTY, "w" + i))
            .toList();

    JsonNode warnings =
        written(new Header("admission.k8s.io/v1", "u"), findings).at("/response/warnings");

    assertThat(warnings).hasSize(8);
    assertThat(warnings.get(0).asText()).isEqualTo("w1");
    assertThat(warnings.get(7).asText()).startsWith("93 more warnings");
  }

  @Test
  void a_rejection_says_why_and_warns_of_the_rest() throws IOException {
    Decision.Reject rejection =
        new Decision.Reject(
            Reason.POD_REJECTED,
            List.of(
                Finding.denied(
                    Reason.ROLE_DENIED, "Role", "r", "shop", "rule 'x' does not allow it", true),
                Finding.saying(Reason.AUDIENCE_EMPTY, "beside")));

    JsonNode response =
        JSON.readTree(
                new AnswerWriter()
                    .reject(
                        new Header("admission.k8s.io/v1", "u"), rejection, MemoryBudget.UNBOUNDED))
            .path("response");

    assertThat(response.path("uid").asText()).isEqualTo("u");
    assertThat(response.path("allowed").booleanValue()).isFalse();
    assertThat(response.at("/status/code").asInt()).isEqualTo(403);
    assertThat(response.at("/status/message").asText())
        .isEqualTo(
            "Role \"r\" is not allowed in namespace \"shop\" (rule 'x' does not allow it), so the"
                + " pod is rejected: name another, or have the role policy changed.");
    assertThat(response.path("warnings").toString()).isEqualTo("[\"beside\"]");
    assertThat(response.has("patch")).isFalse();
  }

  private static JsonNode written(Header header, List<Finding> findings) throws IOException {
    return JSON.readTree(
        new AnswerWriter().write(header, Optional.empty(), findings, MemoryBudget.UNBOUNDED));
  }
}
