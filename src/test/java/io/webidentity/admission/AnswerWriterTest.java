package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.admission.Review.Header;
import io.webidentity.injection.Finding;
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

  @Test
  void findings_become_warnings_within_their_limit() throws IOException {
    List<Finding> findings =
        IntStream.rangeClosed(1, 100)
            .mapToObj(i -> new Finding(Reason.AUDIENCE_EMPTY, "w" + i))
            .toList();

    JsonNode warnings =
        written(new Header("admission.k8s.io/v1", "u"), findings).at("/response/warnings");

    assertThat(warnings).hasSize(8);
    assertThat(warnings.get(0).asText()).isEqualTo("w1");
    assertThat(warnings.get(7).asText()).startsWith("93 more warnings");
  }

  private static JsonNode written(Header header, List<Finding> findings) throws IOException {
    return JSON.readTree(new AnswerWriter().write(header, Optional.empty(), findings));
  }
}
