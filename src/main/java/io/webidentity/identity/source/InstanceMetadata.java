package io.webidentity.identity.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.aws.AwsPartition;
import io.webidentity.aws.RegionName;
import io.webidentity.aws.RoleComposition;
import io.webidentity.config.RoleCompositionSettings;
import io.webidentity.secret.SecretText;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The instance metadata service of EC2, asked for the account and region of this machine: version 2
 * only, in which a token is asked for first. One that does not answer within {@link #LIMIT}, or not
 * properly, is asked {@value #ATTEMPTS} times in all.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html">Instance
 *     identity documents</a>
 */
public final class InstanceMetadata {
  /** For a connection, and for an answer with its body; it comes from the same machine. */
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private static final int ATTEMPTS = 3;
  private static final Duration PAUSE = Duration.ofMillis(250);

  /** Of a token; the document is asked for at once. */
  private static final String TOKEN_SECONDS = "60";

  /** An identity document has about 500 bytes. */
  private static final long LONGEST_ANSWER = 64 * 1024;

  private static final int OK = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI endpoint;

  /** The service at this endpoint, such as {@code http://169.254.169.254}. */
  public InstanceMetadata(URI endpoint) {
    this.endpoint = endpoint;
  }

  /**
   * What completes roles; asks the instance metadata service where the settings say so.
   *
   * @throws UnusableContentException if that does not tell
   */
  public static UnaryOperator<String> completion(Optional<RoleCompositionSettings> settings)
      throws UnusableContentException {
    if (settings.isEmpty()) {
      return UnaryOperator.identity();
    }
    return switch (settings.get()) {
      case RoleCompositionSettings.Given(String partition, String account) ->
          new RoleComposition(partition, account);
      case RoleCompositionSettings.OfInstance(URI endpoint, Optional<String> partition) -> {
        yield new InstanceMetadata(endpoint).composition(partition);
      }
    };
  }

  /**
   * How roles are completed on this machine. Takes 13 seconds at most.
   *
   * @param partition instead of the region's
   * @throws UnusableContentException if the service cannot be asked, or does not say
   */
  public RoleComposition composition(Optional<String> partition) throws UnusableContentException {
    // Never by way of a proxy: it has metadata of its own, if any.
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(LIMIT)
            .build();
    try {
      JsonNode document = document(http);
      String region = document.path("region").asText();
      return new RoleComposition(
          partition.orElseGet(() -> AwsPartition.ofRegion(region)),
          document.path("accountId").asText());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("the webhook was stopped", e);
    } finally {
      http.shutdownNow(); // What hangs is not waited for.
    }
  }

  private JsonNode document(HttpClient http) throws UnusableContentException, InterruptedException {
    for (int attempt = 1; true; attempt++) {
      try {
        return ask(http);
      } catch (Refusal e) {
        if (attempt == ATTEMPTS || e.isFinal) {
          throw failure(String.valueOf(e.getMessage()), e);
        }
        Thread.sleep(PAUSE.multipliedBy(attempt));
      }
    }
  }

  private JsonNode ask(HttpClient http) throws Refusal, InterruptedException {
    SecretText token =
        SecretText.of(
                send(
                    http,
                    request("/latest/api/token")
                        .PUT(BodyPublishers.noBody())
                        .header("X-aws-ec2-metadata-token-ttl-seconds", TOKEN_SECONDS)))
            .strip();
    HttpRequest.Builder request = request("/latest/dynamic/instance-identity/document").GET();
    try {
      request.header("X-aws-ec2-metadata-token", token.exposeSecret());
    } catch (IllegalArgumentException _) {
      // Without the cause, which quotes it.
      throw new Refusal("it answers with what is no token", false, null);
    }
    String text = send(http, request);
    try {
      JsonNode document = JSON.readTree(text);
      if (RoleCompositionSettings.isAccountId(document.path("accountId").asText())
          && RegionName.possible(document.path("region").asText())) {
        return document;
      }
    } catch (JsonProcessingException e) {
      throw new Refusal("its identity document is not JSON", false, e);
    }
    throw new Refusal("its identity document names no account and region", false, null);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(endpoint.resolve(path)).timeout(LIMIT);
  }

  private static String send(HttpClient http, HttpRequest.Builder request)
      throws Refusal, InterruptedException {
    HttpRequest built = request.build();
    var answer =
        http.sendAsync(
            built,
            BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), LONGEST_ANSWER));
    HttpResponse<String> response;
    try {
      // The request's own timeout ends with the headers.
      response = answer.get(2 * LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new Refusal("it does not answer in time", false, e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new Refusal(
          cause instanceof HttpTimeoutException
              ? "it does not answer in time"
              : "the connection fails: " + cause,
          false,
          cause);
    }
    int status = response.statusCode();
    if (status != OK) {
      String asked = built.method() + " " + built.uri().getPath();
      // A token that has run out is asked for again; what is switched off or not there stays so.
      boolean isFinal = status / 100 == 4 && status != 401 && status != 429;
      throw new Refusal("it answers %s with %d".formatted(asked, status), isFinal, null);
    }
    return response.body();
  }

  private UnusableContentException failure(String problem, Exception cause) {
    return new UnusableContentException(
        ("--compose-role-arn: the instance metadata service at %s does not tell this account (%s);"
                + " give --account-id and --partition, or let pods reach it (hop limit 2)")
            .formatted(endpoint, problem),
        cause);
  }

  /** One attempt failed. */
  private static final class Refusal extends IOException {
    private static final long serialVersionUID = 1L;

    /** Whether another attempt would fail like this one. */
    private final boolean isFinal;

    Refusal(String problem, boolean isFinal, @Nullable Throwable cause) {
      super(problem, cause);
      this.isFinal = isFinal;
    }
  }
}
