package io.webidentity.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.audit.ClusterView;
import io.webidentity.watch.UnusableContentException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether AWS can verify the tokens of the API server's issuer: what the API server says of it, and
 * what the issuer publishes (OpenID Connect Discovery 1.0). No check fails: the issuer may show AWS
 * what it does not show this machine.
 */
final class IssuerChecks {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DOCUMENT = "/.well-known/openid-configuration";
  private static final String KEYS = "/openid/v1/jwks";

  private final Checks checks;
  private final ClusterView cluster;
  private final Outside outside;

  IssuerChecks(Checks checks, ClusterView cluster, Outside outside) {
    this.checks = checks;
    this.cluster = cluster;
    this.outside = outside;
  }

  /** Looks at the API server's documents and, where the issuer is public, at the issuer's. */
  void examine() throws UnusableContentException {
    Optional<JsonNode> found = cluster.find(DOCUMENT);
    if (found.isEmpty()) {
      checks.skipped("issuer", "the API server shows no issuer");
      return;
    }
    String issuer = found.get().path("issuer").asText("");
    boolean open = isPublic(issuer);
    if (open) {
      checks.passed("issuer", "tokens are issued by " + issuer);
    } else {
      checks.warning(
          "issuer",
          "tokens are issued by %s, which AWS cannot read".formatted(issuer),
          "give the API server a --service-account-issuer that is public, with https");
    }
    algorithms(found.get());
    if (open) {
      published(issuer, found.get().path("jwks_uri").asText(""));
    }
  }

  private void algorithms(JsonNode document) {
    Set<String> algorithms = texts(document.path("id_token_signing_alg_values_supported"), "");
    if (algorithms.stream().anyMatch(one -> one.matches("[RE]S(?:256|384|512)"))) {
      checks.passed("algorithms", "tokens are signed by " + String.join(", ", algorithms));
    } else {
      checks.warning(
          "algorithms",
          "tokens are signed by %s".formatted(String.join(", ", algorithms)),
          "sign with RS256 or ES256; AWS takes RS and ES with 256, 384 and 512 only");
    }
  }

  private void published(String issuer, String usualKeys) throws UnusableContentException {
    JsonNode document;
    try {
      document = read(issuer.replaceFirst("/$", "") + DOCUMENT);
    } catch (UnusableContentException unreadable) {
      checks.warning(
          "issuer-document",
          "from here, " + unreadable.getMessage(),
          "publish it, if the Internet cannot read it either: curl shows whether it can");
      keysPlace(usualKeys, "the API server's document", host(usualKeys).equals(host(issuer)));
      return;
    }
    String named = document.path("issuer").asText("");
    if (named.equals(issuer)) {
      checks.passed("issuer-document", "the issuer publishes its document");
    } else {
      checks.warning(
          "issuer-document",
          "the published document names the issuer %s, and tokens name %s".formatted(named, issuer),
          "publish the very text that --service-account-issuer has, slashes included");
    }
    String keys = document.path("jwks_uri").asText("");
    if (keysPlace(keys, "the published document", true)) {
      checks.look("issuer-keys", () -> keys(keys));
    }
  }

  /** Another host than the issuer's is usual where documents are published, as Google does. */
  private boolean keysPlace(String url, String where, boolean mayBeThere) {
    if (isPublic(url) && mayBeThere) {
      checks.passed("jwks-uri", "%s has the keys at %s".formatted(where, url));
      return true;
    }
    checks.warning(
        "jwks-uri",
        "%s has the keys at %s, where AWS may not find them".formatted(where, url),
        "give the API server a --service-account-jwks-uri that is public, or publish another one");
    return false;
  }

  private void keys(String url) throws UnusableContentException {
    Set<String> missing =
        texts(cluster.find(KEYS).orElseGet(JSON::createObjectNode).path("keys"), "kid");
    try {
      missing.removeAll(texts(read(url).path("keys"), "kid"));
    } catch (UnusableContentException unreadable) {
      checks.warning(
          "issuer-keys",
          "from here, " + unreadable.getMessage(),
          "publish the API server's " + KEYS + ", if the Internet cannot read it either");
      return;
    }
    if (missing.isEmpty()) {
      checks.passed("issuer-keys", "the issuer publishes every key of the API server");
    } else {
      checks.warning(
          "issuer-keys",
          "the issuer does not publish these keys of the API server: " + String.join(", ", missing),
          "publish the API server's %s again: tokens of these keys are refused".formatted(KEYS));
    }
  }

  private JsonNode read(String url) throws UnusableContentException {
    Outside.Answer answer = outside.send(HttpRequest.newBuilder(URI.create(url)).build());
    if (answer.status() != 200) {
      throw new UnusableContentException(
          "%s cannot be read: HTTP %d".formatted(url, answer.status()));
    }
    try {
      return JSON.readTree(answer.body());
    } catch (JsonProcessingException malformed) {
      throw new UnusableContentException("%s is not JSON".formatted(url), malformed);
    }
  }

  /** The texts of a list, or of a field of its objects. */
  private static Set<String> texts(JsonNode list, String field) {
    Set<String> texts = new TreeSet<>();
    list.forEach(one -> texts.add((field.isEmpty() ? one : one.path(field)).asText("")));
    return texts;
  }

  /** Whether a server of the Internet could have this URL, as far as its name tells. */
  private static boolean isPublic(String url) {
    return url.startsWith("https://")
        && host(url).contains(".")
        && !host(url).matches("(?i).*\\.(?:svc|local|internal|localhost)\\.?")
        && !host(url)
            .matches("(?:10|127|192\\.168|169\\.254|172\\.(?:1[6-9]|2[0-9]|3[01]))\\.[0-9.]+");
  }

  /** Its host; empty if it has none. */
  private static String host(String url) {
    try {
      return Optional.ofNullable(new URI(url).getHost()).orElse("");
    } catch (URISyntaxException _) {
      return "";
    }
  }
}
