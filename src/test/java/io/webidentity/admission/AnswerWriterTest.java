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
  void eight_warnings_are_all_told() throws IOException {
    assertThat(warnings(8)).containsExactly("w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8");
  }

  @Test
  void of_more_the_last_counts_the_rest() throws IOException {
    assertThat(warnings(9))
        .containsExactly(
            "w1",
            "w2",
            "w3",
            "w4",
            "w5",
            "w6",
            "w7",
            "2 more warnings are in the log of web-identity-webhook");
    assertThat(warnings(100)).hasSize(8).last().asString().startsWith("93 more");
  }

  private static List<String> warnings(int count) throws IOException {
    List<Finding> findings =
        IntStream.rangeClosed(1, count)
            .mapToObj(i -> new Finding(Reason.AUDIENCE_EMPTY, "w" + i))
            .toList();
    return JSON.convertValue(
        written(new Header("admission.k8s.io/v1", "u"), findings).at("/response/warnings"),
        JSON.getTypeFactory().constructCollectionType(List.class, String.class));
  }

  private static JsonNode written(Header header, List<Finding> findings) throws IOException {
    return JSON.readTree(new AnswerWriter().write(header, Optional.empty(), findings));
  }
}
