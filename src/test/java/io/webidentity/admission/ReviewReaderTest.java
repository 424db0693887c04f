package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.webidentity.admission.Review.Header;
import io.webidentity.admission.Review.Subject;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.PodReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReviewReaderTest {
  private static final byte NEVER_IN_UTF_8 = (byte) 0xFF;

  private static final String POD =
      """
      {"metadata":{"name":"web"},"spec":{"serviceAccountName":"sa","containers":[]}}\
      """;

  private final ReviewReader reader =
      new ReviewReader(new PodReader("eks.amazonaws.com"), EphemeralContainerRule.INJECT);

  @ParameterizedTest
  @ValueSource(strings = {"admission.k8s.io/v1", "admission.k8s.io/v1beta1"})
  void both_versions_of_a_pod_creation_are_read(String version) throws Exception {
    Review review = read(review(version, request("Pod", "CREATE", POD)));

    assertThat(review.header()).isEqualTo(new Header(version, "u-1"));
    assertThat(podCreation(review).namespace()).isEqualTo("shop");
    assertThat(podCreation(review).pod().name()).isEqualTo("web");
    assertThat(podCreation(review).pod().serviceAccountName()).isEqualTo("sa");
  }

  @Test
  void an_object_that_stands_before_its_kind_is_read_all_the_same() throws Exception {
    String request =
        """
        {"object":%s,"namespace":"shop","operation":"CREATE","kind":{"kind":"Pod","version":"v1","group":""},"uid":"u-1"}\
        """
            .formatted(POD);

    Review review = read(review("admission.k8s.io/v1", request));

    assertThat(podCreation(review).pod().serviceAccountName()).isEqualTo("sa");
  }

  @Test
  void of_a_member_given_twice_the_last_counts() throws Exception {
    String request =
        """
        {"uid":"u-0","uid":"u-1","kind":{"kind":"Deployment"},"kind":{"kind":"Pod"},"namespace":"shop","operation":"CREATE",
        "object":{"spec":{"serviceAccountName":"other"}},"object":%s}\
        """
            .formatted(POD);

    Review review = read(review("admission.k8s.io/v1", request));

    assertThat(review.header().uid()).isEqualTo("u-1");
    assertThat(podCreation(review).pod().serviceAccountName()).isEqualTo("sa");
  }

  @Test
  void ephemeral_containers_that_are_added_are_read_with_the_pod_as_it_is_stored()
      throws Exception {
    Review review = read(review("admission.k8s.io/v1", debugging(STORED, UPDATED)));

    assertThat(review.subject())
        .isInstanceOfSatisfying(
            Subject.PodDebugging.class,
            debugging -> {
              assertThat(debugging.namespace()).isEqualTo("shop");
              assertThat(debugging.pod().name()).isEqualTo("stored");
              assertThat(debugging.added().values()).containsOnlyKeys("app");
              assertThat(debugging.added().added())
                  .singleElement()
                  .satisfies(added -> {
                    assertThat(added.index()).isEqualTo(1);
                    assertThat(added.container().common().name()).isEqualTo("new");
                    assertThat(added.container().target()).isEqualTo("app");
                  });
            });
  }

  @Test
  void without_the_rule_ephemeral_containers_are_none_of_our_business() throws Exception {
    ReviewReader off =
        new ReviewReader(new PodReader("eks.amazonaws.com"), EphemeralContainerRule.IGNORE);
    String body = review("admission.k8s.io/v1", debugging("7", "7"));

    assertThat(
            off.read(ReviewBytes.of(body.getBytes(StandardCharsets.UTF_8)), MemoryBudget.UNBOUNDED)
                .subject())
        .isEqualTo(new Subject.Other("UPDATE Pod/ephemeralcontainers"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "null | {} | request.oldObject is missing",
        "{} | null | request.object is missing",
        "7 | {} | request.oldObject is not an object",
        "{} | [] | request.object is not an object",
        "{\"spec\":{\"containers\":7}} | {} | request.oldObject.spec.containers must be an array, not a number",
        "{\"spec\":{\"ephemeralContainers\":[null]}} | {} | request.oldObject.spec.ephemeralContainers[0] must be an object, not null",
        "{} | {\"spec\":{\"ephemeralContainers\":[{\"targetContainerName\":[]}]}} | request.object.spec.ephemeralContainers[0].targetContainerName must be a string, not an array",
      })
  void what_is_wrong_with_an_update_is_said_with_its_place(
      String before, String after, String message) {
    assertThatThrownBy(() -> read(review("admission.k8s.io/v1", debugging(before, after))))
        .isInstanceOf(MalformedReviewException.class)
        .hasMessage(message);
  }

  private static final String STORED =
      """
      {"metadata":{"name":"stored"},"spec":{"containers":[{"name":"app"}],"ephemeralContainers":[{"name":"old"}]}}\
      """;

  private static final String UPDATED =
      """
      {"metadata":{"name":"asked"},"spec":{"ephemeralContainers":[{"name":"old"},{"name":"new","targetContainerName":"app"}]}}\
      """;

  private static String debugging(String before, String after) {
    return """
    {"uid":"u-1","kind":{"group":"","version":"v1","kind":"Pod"},"subResource":"ephemeralcontainers","operation":"UPDATE",
    "namespace":"shop","object":%s,"oldObject":%s}\
    """
        .formatted(after, before);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, false", "null, false"})
  void whether_it_is_a_dry_run_is_read(String dryRun, boolean expected) throws Exception {
    String request =
        request("Pod", "CREATE", POD).replace("\"dryRun\":false", "\"dryRun\":" + dryRun);

    assertThat(podCreation(read(review("admission.k8s.io/v1", request))).dryRun())
        .isEqualTo(expected);
  }

  @Test
  void a_review_that_does_not_say_so_is_no_dry_run() throws Exception {
    String request = request("Pod", "CREATE", POD).replace(",\"dryRun\":false", "");

    assertThat(podCreation(read(review("admission.k8s.io/v1", request))).dryRun()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'', Deployment, CREATE, '', CREATE Deployment",
    "'', Pod, UPDATE, '', UPDATE Pod",
    "'', Pod, DELETE, '', DELETE Pod",
    "'', Pod, CREATE, ephemeralcontainers, CREATE Pod/ephemeralcontainers",
    "example.org, Pod, CREATE, '', CREATE Pod.example.org",
  })
  void everything_but_the_creation_of_a_pod_is_none_of_our_business(
      String group, String kind, String operation, String subResource, String description)
      throws Exception {
    String request =
        """
        {"uid":"u-1","kind":{"group":"%s","version":"v1","kind":"%s"},"subResource":"%s","operation":"%s","object":{"spec":7}}\
        """
            .formatted(group, kind, subResource, operation);

    assertThat(read(review("admission.k8s.io/v1", request)).subject())
        .isEqualTo(new Subject.Other(description));
  }

  @Test
  void a_deletion_may_have_no_object() throws Exception {
    assertThat(read(review("admission.k8s.io/v1", request("Pod", "DELETE", "null"))).subject())
        .isEqualTo(new Subject.Other("DELETE Pod"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``| not a JSON object",
        "`[]`| not a JSON object",
        "`null`| not a JSON object",
        "`7`| not a JSON object",
        "`{`| not JSON",
        "`{} {}`| more after",
        "`hello`| not JSON",
        "`{}`| kind is not AdmissionReview but missing",
        "`{\"kind\":\"Pod\"}`| kind is not AdmissionReview but Pod",
        "`{\"kind\":7}`| kind is not a string",
        "`{\"kind\":\"AdmissionReview\"}`| apiVersion is neither",
        "`{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v2\"}`| apiVersion is neither",
      })
  void what_is_not_a_review_is_refused_with_a_sentence(String body, String sentence) {
    assertRefused(body, sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null| request is missing",
        "7| request is not an object",
        "{}| request.uid is missing",
        "{\"uid\":7}| request.uid is not a string",
        "{\"dryRun\":\"true\"}| request.dryRun is not a boolean",
        "{\"uid\":\"\"}| request.uid is missing",
        "{\"uid\":\"u\"}| request.kind.kind is missing",
        "{\"uid\":\"u\",\"kind\":\"Pod\"}| request.kind is not an object",
        "{\"uid\":\"u\",\"kind\":{\"kind\":\"Pod\"}}| request.operation is missing",
        "{\"uid\":\"u\",\"kind\":{\"kind\":\"Pod\"},\"operation\":\"CREATE\"}| request.namespace is missing",
        "{\"uid\":\"u\",\"kind\":{\"kind\":\"Pod\"},\"operation\":\"CREATE\",\"namespace\":\"n\"}| request.object is missing",
        "{\"uid\":\"u\",\"kind\":{\"kind\":\"Pod\"},\"operation\":\"CREATE\",\"namespace\":\"n\",\"object\":null}| request.object is missing",
        "{\"uid\":\"u\",\"kind\":{\"kind\":\"Pod\"},\"operation\":\"CREATE\",\"namespace\":\"n\",\"object\":[]}| request.object is not an object",
        "{\"uid\":\"u\",\"object\":[],\"kind\":{\"kind\":\"Pod\"},\"operation\":\"CREATE\",\"namespace\":\"n\"}| request.object is not an object",
        "{\"uid\":\"u\",\"kind\":{\"kind\":\"Pod\"},\"operation\":\"CREATE\",\"namespace\":\"n\",\"object\":{\"spec\":7}}| request.object.spec",
        "{\"uid\":\"u\",\"object\":{\"spec\":{\"containers\":[{\"env\":7}]}},\"kind\":{\"kind\":\"Pod\"},\"operation\":\"CREATE\",\"namespace\":\"n\"}"
            + "| request.object.spec.containers[0].env",
      })
  void what_an_answer_needs_is_asked_for_with_its_place(String request, String sentence) {
    assertRefused(review("admission.k8s.io/v1", request), sentence);
  }

  @Test
  void nesting_is_followed_to_512_levels_and_refused_beyond() throws Exception {
    // The review, the request and the object are three levels; the array's brackets are the rest.
    String atLimit = "[".repeat(509) + "]".repeat(509);
    String beyond = "[".repeat(510) + "]".repeat(510);

    Review review =
        read(review("admission.k8s.io/v1", request("Pod", "CREATE", withUnknown(atLimit))));

    assertThat(podCreation(review).pod().name()).isEqualTo("web");
    assertThatThrownBy(() ->
            read(review("admission.k8s.io/v1", request("Pod", "CREATE", withUnknown(beyond)))))
        .isInstanceOf(OversizedReviewException.class)
        .hasMessageContaining("deeper nesting");
  }

  @Test
  void names_of_any_path_and_values_of_any_length_are_passed_over() throws Exception {
    String huge = "x".repeat(300_000);
    String unknown = "{\"%s\":[\"%s\",%s]}".formatted("n".repeat(12_000), huge, "1".repeat(5_000));

    Review review =
        read(review("admission.k8s.io/v1", request("Pod", "CREATE", withUnknown(unknown))));

    assertThat(podCreation(review).pod().name()).isEqualTo("web");
  }

  @Test
  void a_byte_that_is_never_in_utf_8_is_refused_even_before_a_name_just_read() throws Exception {
    String body =
        review("admission.k8s.io/v1", request("Pod", "CREATE", withUnknown("{\"ame\":1}")));
    read(body); // Jackson knows the name from now on.

    byte[] padded = body.replace("\"ame\"", "\"\u00ffame\"").getBytes(StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> reader.read(ReviewBytes.of(padded), MemoryBudget.UNBOUNDED))
        .isInstanceOf(MalformedReviewException.class)
        .hasMessageContaining("not UTF-8 at byte");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 8, 11})
  void that_byte_is_seen_at_every_place_of_the_body_and_nowhere_else(int offset) throws Exception {
    String json = review("admission.k8s.io/v1", request("Pod", "CREATE", withUnknown("\"ÿþ😀\"")));
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    byte[] array = new byte[offset + body.length + Long.BYTES];
    Arrays.fill(array, NEVER_IN_UTF_8);
    System.arraycopy(body, 0, array, offset, body.length);
    ReviewBytes inArray = new ReviewBytes(Unpooled.wrappedBuffer(array, offset, body.length));

    assertThat(podCreation(reader.read(inArray, MemoryBudget.UNBOUNDED)).pod().name())
        .isEqualTo("web");
    for (int i = 0; i < body.length; i++) {
      int place = i;
      array[offset + place] = NEVER_IN_UTF_8;
      assertThatThrownBy(() -> reader.read(inArray, MemoryBudget.UNBOUNDED))
          .hasMessageEndingWith("not UTF-8 at byte " + place);
      array[offset + i] = body[i];
    }
  }

  @Test
  void utf_16_is_refused_as_json_is_utf_8() {
    String body = review("admission.k8s.io/v1", request("Pod", "CREATE", POD));

    assertThatThrownBy(() ->
            reader.read(
                ReviewBytes.of(body.getBytes(StandardCharsets.UTF_16BE)), MemoryBudget.UNBOUNDED))
        .isInstanceOf(MalformedReviewException.class);
  }

  private void assertRefused(String body, String sentence) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOf(MalformedReviewException.class)
        .hasMessageContaining(sentence);
  }

  private Review read(String body) throws MalformedReviewException, OversizedReviewException {
    return reader.read(
        ReviewBytes.of(body.getBytes(StandardCharsets.UTF_8)), MemoryBudget.UNBOUNDED);
  }

  private static Subject.PodCreation podCreation(Review review) {
    return (Subject.PodCreation) review.subject();
  }

  private static String withUnknown(String json) {
    return POD.substring(0, POD.length() - 1) + ",\"unknown\":" + json + "}";
  }

  private static String review(String apiVersion, String request) {
    return """
    {"kind":"AdmissionReview","apiVersion":"%s","request":%s}\
    """
        .formatted(apiVersion, request);
  }

  private static String request(String kind, String operation, String object) {
    return """
    {"uid":"u-1","kind":{"group":"","version":"v1","kind":"%s"},"namespace":"shop","operation":"%s",\
    "userInfo":{"groups":["a"]},"object":%s,"oldObject":null,"dryRun":false}\
    """
        .formatted(kind, operation, object);
  }
}
