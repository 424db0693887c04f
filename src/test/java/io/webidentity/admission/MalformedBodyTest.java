package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webidentity.account.AccountKey;
import io.webidentity.account.Namespaces;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.testing.pod.InvisibleCharacters;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.ReviewHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What senders of bodies that cannot be read are told, whatever is wrong with them. */
class MalformedBodyTest {
  private static final String REVIEW = Reviews.podCreation("u-1", "shop", "orders");
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  private static final int LONGEST_ANSWER = 300;

  private final ReviewHandler handler =
      ReviewHandlers.of(
          new FakeServiceAccounts()
              .know(new AccountKey("shop", "orders"), "arn:aws:iam::111122223333:role/orders"),
          Namespaces.NONE,
          new DecisionMetrics(new SimpleMeterRegistry(), Mode.INJECTING));

  @Test
  void a_body_that_ends_at_any_byte_is_answered_in_words_of_our_own() {
    byte[] whole = REVIEW.getBytes(StandardCharsets.UTF_8);
    for (int end = 0; end < whole.length; end++) {
      assertRefusedInOurWords(Arrays.copyOf(whole, end));
    }
  }

  @Test
  void a_body_with_any_byte_at_any_place_is_answered_or_refused_in_words_of_our_own() {
    byte[] whole = REVIEW.getBytes(StandardCharsets.UTF_8);
    for (int place = 0; place < whole.length; place++) {
      byte[] other = whole.clone();
      other[place] = (byte) (place * 31);
      answer(other);
    }
  }

  static Stream<String> wrong() {
    return Stream.concat(
        Stream.of(
            "nul",
            "tru",
            "NaN",
            "-Infinity",
            "01",
            "+1",
            "1.",
            ".5",
            "1e",
            "-",
            "0x10",
            "9".repeat(100_000) + "x",
            "\"\\q\"",
            "\"\\u12g4\"",
            "\"\\",
            "\"a\nb\"",
            "\"a\u0000b\"",
            "'a'",
            "{a:1}",
            "{\"a\" 1}",
            "{\"a\":}",
            "{\"a\":1,}",
            "[1,]",
            "[1 2]",
            "[",
            "{",
            "]",
            "}",
            "// comment\n1",
            "/* com.example */ 1",
            "\ufeff1",
            "x".repeat(100_000),
            "[".repeat(100_000),
            "{\"a\":".repeat(100_000),
            "{\"" + "k".repeat(100_000) + "\" 1}"),
        InvisibleCharacters.codePoints()
            .filter(
                character -> character > ' ' && Character.getType(character) != Character.SURROGATE)
            .mapToObj(character -> "x" + Character.toString(character)));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void a_wrong_value_anywhere_in_a_review_is_refused_in_words_of_our_own(String value) {
    assertRefusedInOurWords(bytes(value));
    assertRefusedInOurWords(bytes(REVIEW.replace("\"u-1\"", value)));
    assertRefusedInOurWords(bytes(REVIEW.replace("\"v1\",\"kind\":\"Pod\",", value + ",")));
    assertRefusedInOurWords(bytes(REVIEW.replace("[{\"name\":\"app\"", "[{\"name\":" + value)));
    assertRefusedInOurWords(bytes(REVIEW + value));
  }

  static Stream<String> names() {
    return Stream.of(
        "k".repeat(100_000), InvisibleCharacters.all(), "\u202e", "\"]}", "[0]", "a.b", "\n\n\n");
  }

  @ParameterizedTest
  @MethodSource("names")
  void what_is_quoted_of_a_body_is_short_and_visible(String name) throws Exception {
    String quoted = quoted(name);

    assertRefusedInOurWords(bytes(REVIEW.replace("\"AdmissionReview\"", quoted)));
    assertRefusedInOurWords(
        bytes(REVIEW.replace("{\"serviceAccountName\"", "{" + quoted + ":{},\"volumes\"")));
    assertRefusedInOurWords(
        bytes(
            REVIEW.replace(
                "\"generateName\":\"web-\"", "\"labels\":{" + quoted + ":[7]},\"annotations\":7")));
  }

  @Test
  void bytes_that_are_not_utf_8_are_refused_in_words_of_our_own() {
    byte[] whole = REVIEW.getBytes(StandardCharsets.UTF_8);
    int place = REVIEW.indexOf("orders");
    for (int[] wrong : new int[][] {{0xF8, 0x88}, {0xC3, 0x28}, {0x80, 0x80}, {0xFF, 0xFE}}) {
      byte[] other = whole.clone();
      other[place] = (byte) wrong[0];
      other[place + 1] = (byte) wrong[1];
      assertRefusedInOurWords(other);
    }
  }

  private void assertRefusedInOurWords(byte[] body) {
    assertThat(answer(body))
        .isInstanceOfSatisfying(
            Answer.Refused.class, refused -> assertThat(refused.status()).isIn(400, 413));
  }

  private Answer answer(byte[] body) {
    Answer answer =
        handler.handle(ReviewBytes.of(body), MemoryBudget.UNBOUNDED).toCompletableFuture().join();
    if (answer instanceof Answer.Refused refused
        && refused.failure() != Answer.Failure.UNAVAILABLE) {
      assertThat(refused.failure())
          .isIn(Answer.Failure.BAD_REQUEST, Answer.Failure.CONTENT_TOO_LARGE);
      assertThat(refused.message())
          .hasSizeLessThanOrEqualTo(LONGEST_ANSWER)
          .matches(message ->
              message.startsWith("malformed AdmissionReview: ")
                  || message.startsWith("the review "))
          .doesNotContain(
              "com.", "org.", "java", "Json", "Exception", "(for", "Source:", "Stream", "token")
          .matches(InvisibleCharacters::areAllMissingIn);
    }
    return answer;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String quoted(String text) throws JsonProcessingException {
    return JSON.writeValueAsString(text);
  }
}
