package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.account.AccountKey;
import io.webidentity.testing.pod.GoldenCase;
import io.webidentity.testing.pod.OddJson;
import io.webidentity.testing.pod.PodGenerator;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.pod.WildPods;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.TrustingClients;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A body in chunks and one of known length are answered the same: the pods of all tests, and what
 * is no review. The one is read from pieces, the other from an array.
 */
final class MutatePathsTest {
  private static final long SEEDS = 400;
  private static final String NAMESPACE = "shop";
  private static final String JSON = "application/json";

  @TempDir Path folder;

  private WebhookServer server;
  private HttpsClient client;

  @BeforeEach
  void start() throws Exception {
    Path authority = folder.resolve("ca.crt");
    ServeSettings settings = TestSettings.selfSigned(authority);
    FakeServiceAccounts accounts =
        new FakeServiceAccounts()
            .know(
                new AccountKey(NAMESPACE, GoldenCase.SERVICE_ACCOUNT),
                "arn:aws:iam::111122223333:role/app")
            .knowWithoutRole(new AccountKey(NAMESPACE, "default"));
    server = WebhookServer.start(settings, accounts, Sources.certificates(settings, () -> true));
    client = new HttpsClient(TrustingClients.sslContext(authority), server.port());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void every_pod_is_answered_the_same() throws Exception {
    List<String> pods =
        Stream.of(
                GoldenCase.all().stream().map(golden -> golden.pod().toString()),
                LongStream.range(0, SEEDS).mapToObj(PodGenerator::apiValid).map(Object::toString),
                LongStream.range(0, SEEDS)
                    .mapToObj(seed -> OddJson.write(WildPods.wellTyped(seed), seed)),
                LongStream.range(0, SEEDS).mapToObj(seed -> WildPods.oddTyped(seed).toString()))
            .flatMap(all -> all)
            .toList();

    int patched = 0;
    for (String pod : pods) {
      HttpResponse<String> answer = assertSame(Reviews.podCreation("u", NAMESPACE, pod, ""), JSON);
      if (answer.body().contains("\"patch\"")) {
        patched++;
      }
    }
    assertThat(patched).isGreaterThan(GoldenCase.all().size() / 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "null",
        "{}",
        "\"text\"",
        "{\"request\":7}",
        "{\"kind\":\"AdmissionReview\"}",
        "\u0000"
      })
  void what_is_no_review_is_refused_with_the_same_sentence(String body) throws Exception {
    assertThat(assertSame(body, JSON).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/json; charset=utf-8", "application/*", "*/*"})
  void content_types_are_judged_the_same(String type) throws Exception {
    assertSame(Reviews.podCreation("u", NAMESPACE, GoldenCase.SERVICE_ACCOUNT), type);
  }

  private HttpResponse<String> assertSame(String body, String type) throws Exception {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    HttpResponse<String> chunked =
        send(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)), type);
    HttpResponse<String> whole = send(BodyPublishers.ofByteArray(bytes), type);
    assertThat(whole.statusCode()).as(body).isEqualTo(chunked.statusCode());
    assertThat(whole.body()).as(body).isEqualTo(chunked.body());
    for (String header : List.of("content-type", "content-length", "retry-after", "connection")) {
      assertThat(whole.headers().allValues(header))
          .as(header)
          .isEqualTo(chunked.headers().allValues(header));
    }
    return whole;
  }

  private HttpResponse<String> send(BodyPublisher body, String type)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(client.uri("/mutate"))
            .header("Content-Type", type)
            .POST(body)
            .build();
    return client.http().send(request, BodyHandlers.ofString());
  }
}
