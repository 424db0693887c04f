package io.webidentity.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.audit.ClusterView;
import io.webidentity.cli.cluster.Check.Status;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.testing.server.ObjectServer;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IssuerChecksTest {
  private static final String DOCUMENT = "/.well-known/openid-configuration";
  private static final String ISSUER = "https://oidc.example.com/id/A1";
  private static final String KEYS = "https://oidc.example.com/id/A1/keys";
  private static final String PRIVATE_KEYS = "https://ip-10-0-0-1.ec2.internal:443/openid/v1/jwks";

  private final Checks checks = new Checks();
  private final ObjectServer server = ObjectServer.start();

  /** The Internet: answers by their URLs. */
  private final Map<String, Outside.Answer> internet = new HashMap<>();

  private final List<String> asked = new ArrayList<>();
  @TempDir private Path folder;

  IssuerChecksTest() throws IOException {}

  /** As on EKS: the API server's own document has the address of a machine. */
  @BeforeEach
  void whole() {
    apiServer(ISSUER, PRIVATE_KEYS);
    server.with("/openid/v1/jwks", keys("a", "b"));
    publish(ISSUER + DOCUMENT, document(ISSUER, KEYS));
    publish(KEYS, keys("old", "b", "a"));
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void nothing_is_wrong_with_an_issuer_that_publishes_its_keys() throws Exception {
    assertThat(wrong()).isEmpty();
    assertThat(checks.all())
        .extracting(Check::name)
        .containsExactly("issuer", "algorithms", "issuer-document", "jwks-uri", "issuer-keys");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://oidc.example.com",
        "https://localhost:6443",
        "https://kubernetes.default.svc",
        "https://kubernetes.default.svc.cluster.local",
        "https://10.0.0.1",
        "https://172.31.0.1:6443/x",
        "https://ip-10-0-0-1.eu-west-1.compute.internal",
        "https://a b.example.com",
        "kubernetes/serviceaccount"
      })
  void an_issuer_that_is_not_public_is_named_and_not_asked(String issuer) throws Exception {
    apiServer(issuer, PRIVATE_KEYS);

    assertThat(wrong()).containsExactly("issuer");
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://172.32.0.1", "https://oidc.internal.example.com", ISSUER + "/"})
  void a_public_issuer_is_asked_with_one_slash(String issuer) throws Exception {
    apiServer(issuer, KEYS);
    publish(issuer.replaceFirst("/$", "") + DOCUMENT, document(issuer, KEYS));

    assertThat(wrong()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {ISSUER + "/", "https://OIDC.example.com/id/A1", "https://oidc.example.com", ""})
  void another_issuer_in_its_document_is_named(String named) throws Exception {
    publish(ISSUER + DOCUMENT, document(named, KEYS));

    assertThat(wrong()).containsExactly("issuer-document");
  }

  @ParameterizedTest
  @ValueSource(strings = {PRIVATE_KEYS, "http://oidc.example.com/keys", "", "/keys"})
  void keys_at_a_private_place_are_named(String keys) throws Exception {
    publish(ISSUER + DOCUMENT, document(ISSUER, keys));

    assertThat(wrong()).containsExactly("jwks-uri");
  }

  @Test
  void published_keys_may_be_at_another_host() throws Exception {
    publish(ISSUER + DOCUMENT, document(ISSUER, "https://keys.example.org/all"));
    publish("https://keys.example.org/all", keys("a", "b"));

    assertThat(wrong()).isEmpty();
  }

  @Test
  void a_document_that_cannot_be_read_is_named_and_the_api_servers_own_is_judged()
      throws Exception {
    internet.clear();
    apiServer(ISSUER, KEYS);

    assertThat(wrong()).containsExactly("issuer-document");
    assertThat(checks.all())
        .anySatisfy(check ->
            assertThat(check.detail()).contains(ISSUER + DOCUMENT + " cannot be read: gone"));
  }

  @ParameterizedTest
  @ValueSource(strings = {PRIVATE_KEYS, "https://keys.example.org/all"})
  void keys_elsewhere_than_the_issuer_are_named_where_no_document_can_be_read(String keys)
      throws Exception {
    internet.put(ISSUER + DOCUMENT, new Outside.Answer(403, ""));
    apiServer(ISSUER, keys);

    assertThat(wrong()).containsExactly("issuer-document", "jwks-uri");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "", "[]"})
  void a_page_instead_of_the_document_is_named(String page) throws Exception {
    apiServer(ISSUER, KEYS);
    publish(ISSUER + DOCUMENT, page);

    assertThat(wrong()).contains("issuer-document");
  }

  @Test
  void a_key_that_is_not_published_is_named() throws Exception {
    publish(KEYS, keys("old", "a"));

    assertThat(wrong()).containsExactly("issuer-keys");
    assertThat(checks.all())
        .anySatisfy(check -> assertThat(check.detail()).endsWith("keys of the API server: b"));
  }

  @Test
  void keys_that_cannot_be_read_are_named() throws Exception {
    internet.remove(KEYS);

    assertThat(wrong()).containsExactly("issuer-keys");
  }

  private void apiServer(String issuer, String keys) {
    server.with(DOCUMENT, document(issuer, keys));
  }

  private void publish(String url, String body) {
    internet.put(url, new Outside.Answer(200, body));
  }

  private static String document(String issuer, String keys) {
    return """
    {"issuer": "%s", "jwks_uri": "%s", "id_token_signing_alg_values_supported": ["RS256"]}
    """
        .formatted(issuer, keys);
  }

  private static String keys(String... ids) {
    List<String> keys = new ArrayList<>();
    for (String id : ids) {
      keys.add("{\"kty\": \"RSA\", \"kid\": \"%s\"}".formatted(id));
    }
    return "{\"keys\": %s}".formatted(keys);
  }

  private Outside.Answer answer(HttpRequest request) throws UnusableContentException {
    asked.add(request.uri().toString());
    Outside.Answer answer = internet.get(request.uri().toString());
    if (answer == null) {
      throw new UnusableContentException(request.uri() + " cannot be read: gone");
    }
    return answer;
  }

  /** Names of the checks that warn; none may fail. */
  private List<String> wrong() throws UnusableContentException {
    Path kubeconfig = server.kubeconfig(folder.resolve("kubeconfig"));
    try (ApiObjects api =
        ApiObjects.connect(
            new AccountSourceSettings.Cluster(
                Optional.of(kubeconfig), Optional.empty(), Duration.ofSeconds(10)))) {
      new IssuerChecks(checks, new ClusterView(api), this::answer).examine();
    }
    assertThat(checks.all()).extracting(Check::status).doesNotContain(Status.FAILED);
    return checks.all().stream()
        .filter(check -> check.status() == Status.WARNING)
        .map(Check::name)
        .toList();
  }
}
