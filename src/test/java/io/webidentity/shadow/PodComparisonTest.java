package io.webidentity.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodComparisonTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ReviewAnswer NOTHING = new ReviewAnswer(true, "", MissingNode.getInstance());
  private static final String VOLUME =
      """
      [{"op":"add","path":"/spec/volumes","value":[{"name":"%s","projected":{"sources":
        [{"serviceAccountToken":{"audience":"%s","expirationSeconds":%s,"path":"%s"}}]}}]}]\
      """;

  private final PodComparison comparison =
      new PodComparison(
          new PodComparison.ContainerToken(
              "eks-pod-identity-token", "eks-pod-identity-token", "pods.eks.amazonaws.com"));

  @ParameterizedTest
  @CsvSource({
    "79200, 86400, SAME",
    "86400, 79200, SAME",
    "80000, 80001, SAME",
    "79199, 86400, DIFFERENT",
    "86400, 86401, DIFFERENT",
    "3600, 86400, DIFFERENT",
    "3600, 3600, SAME"
  })
  void the_random_lifetime_of_container_credentials_is_no_difference(
      long ours, long theirs, ComparisonResult result) throws Exception {
    assertThat(compare(container(ours), container(theirs)).result()).isEqualTo(result);
  }

  @Test
  void the_lifetime_of_a_web_identity_token_is_a_difference() throws Exception {
    Comparison compared = compare(webIdentity(86_400), webIdentity(80_000));

    assertThat(compared.result()).isEqualTo(ComparisonResult.DIFFERENT);
    assertThat(compared.differences())
        .extracting(Difference::pointer)
        .containsExactly(
            "/spec/volumes/0/projected/sources/0/serviceAccountToken/expirationSeconds");
  }

  @Test
  void two_patches_are_the_same_if_the_pods_are() throws Exception {
    ReviewAnswer whole =
        patch("[{\"op\":\"add\",\"path\":\"/metadata\",\"value\":{\"labels\":{\"a\":\"b\"}}}]");
    ReviewAnswer inSteps =
        patch(
            """
            [{"op":"add","path":"/metadata","value":{}},{"op":"add","path":"/metadata/labels","value":{}},
             {"op":"test","path":"/metadata/labels","value":{}},
             {"op":"add","path":"/metadata/labels/a","value":"c"},
             {"op":"replace","path":"/metadata/labels/a","value":"b"}]\
            """);

    assertThat(compare(whole, inSteps).result()).isEqualTo(ComparisonResult.SAME);
    assertThat(compare(whole, NOTHING).result()).isEqualTo(ComparisonResult.DIFFERENT);
    assertThat(compare(NOTHING, whole).result()).isEqualTo(ComparisonResult.DIFFERENT);
    assertThat(compare(NOTHING, NOTHING).result()).isEqualTo(ComparisonResult.UNCHANGED);
    assertThat(compare(NOTHING, patch("[]")).result()).isEqualTo(ComparisonResult.UNCHANGED);
  }

  @Test
  void one_that_rejects_differs_from_one_that_does_not() throws Exception {
    ReviewAnswer rejection = new ReviewAnswer(false, "no\nway", MissingNode.getInstance());

    assertThat(compare(rejection, NOTHING).explanation())
        .isEqualTo("this webhook rejects the pod (no\nway), the other one allows it");
    assertThat(compare(NOTHING, rejection).result()).isEqualTo(ComparisonResult.VERDICT);
    assertThat(compare(rejection, rejection).result()).isEqualTo(ComparisonResult.SAME);
  }

  @Test
  void a_patch_of_the_other_that_does_not_fit_is_its_failure_and_ours_is_a_bug() throws Exception {
    ReviewAnswer misfit = patch("[{\"op\":\"remove\",\"path\":\"/no\"}]");

    assertThatThrownBy(() -> compare(NOTHING, misfit))
        .isInstanceOf(UnusableAnswerException.class)
        .hasMessage("answers with a patch that does not fit the pod");
    assertThatThrownBy(() -> compare(misfit, NOTHING)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "[]",
        "{\"response\":{\"uid\":\"u\"}}",
        "{\"response\":{\"uid\":\"u\",\"allowed\":\"true\"}}",
        "{\"response\":{\"uid\":\"other\",\"allowed\":true}}",
        "{\"response\":{\"allowed\":true}}",
        "{\"response\":{\"uid\":\"u\",\"allowed\":true,\"patch\":\"W10=\"}}",
        "{\"response\":{\"uid\":\"u\",\"allowed\":true,\"patch\":1,\"patchType\":\"JSONPatch\"}}",
        "{\"response\":{\"uid\":\"u\",\"allowed\":true,\"patch\":\"?\",\"patchType\":\"JSONPatch\"}}",
        "{\"response\":{\"uid\":\"u\",\"allowed\":true,\"patch\":\"e30=\",\"patchType\":\"JSONPatch\"}}",
      })
  void an_answer_that_no_api_server_would_take_is_a_failure(String body) {
    assertThatThrownBy(() -> ReviewAnswer.read(body.getBytes(StandardCharsets.UTF_8), "u"))
        .isInstanceOf(UnusableAnswerException.class);
  }

  @Test
  void a_patch_that_would_grow_without_end_is_not_applied() {
    assertThatThrownBy(() -> patch("[{\"op\":\"copy\",\"from\":\"\",\"path\":\"/spec\"}]"))
        .isInstanceOf(UnusableAnswerException.class)
        .hasMessageContaining("copies");
  }

  private Comparison compare(ReviewAnswer ours, ReviewAnswer theirs) throws Exception {
    JsonNode pod = JSON.readTree("{\"spec\":{\"containers\":[{\"name\":\"app\"}]}}");
    JsonNode before = pod.deepCopy();
    try {
      return comparison.compare(pod, ours, theirs);
    } finally {
      assertThat(pod).isEqualTo(before);
    }
  }

  private static ReviewAnswer container(long seconds) throws Exception {
    return patch(
        VOLUME.formatted(
            "eks-pod-identity-token", "pods.eks.amazonaws.com", seconds, "eks-pod-identity-token"));
  }

  private static ReviewAnswer webIdentity(long seconds) throws Exception {
    return patch(VOLUME.formatted("aws-iam-token", "sts.amazonaws.com", seconds, "token"));
  }

  private static ReviewAnswer patch(String patch) throws Exception {
    String body =
        JSON.createObjectNode()
            .set(
                "response",
                JSON.createObjectNode()
                    .put("uid", "u")
                    .put("allowed", true)
                    .put("patchType", "JSONPatch")
                    .put("patch", patch.getBytes(StandardCharsets.UTF_8)))
            .toString();
    return ReviewAnswer.read(body.getBytes(StandardCharsets.UTF_8), "u");
  }
}
