package io.webidentity.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.audit.ClusterView;
import io.webidentity.watch.UnusableContentException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Whether AWS can verify the tokens of the API server's issuer. */
final class IssuerChecks {
  private final Checks checks;
  private final ClusterView cluster;

  IssuerChecks(Checks checks, ClusterView cluster) {
    this.checks = checks;
    this.cluster = cluster;
  }

  /** Looks at the discovery document (OpenID Connect Discovery 1.0). */
  void examine() throws UnusableContentException {
    Optional<JsonNode> found = cluster.find("/.well-known/openid-configuration");
    if (found.isEmpty()) {
      checks.skipped("issuer", "the API server shows no issuer");
      return;
    }
    String issuer = found.get().path("issuer").asText("");
    if (issuer.matches("https://[^/]+\\.[^/]+(?:/.*)?")
        && !issuer.matches("https://[^/]*\\.(?:svc|local)(?::[0-9]+)?(?:/.*)?")) {
      checks.passed("issuer", "tokens are issued by " + issuer);
    } else {
      checks.warning(
          "issuer",
          "tokens are issued by %s, which AWS cannot read".formatted(issuer),
          "give the API server a --service-account-issuer that is public, with https");
    }
    Set<String> algorithms = new HashSet<>();
    found
        .get()
        .path("id_token_signing_alg_values_supported")
        .forEach(one -> algorithms.add(one.asText("")));
    if (algorithms.stream().anyMatch(one -> one.matches("[RE]S(?:256|384|512)"))) {
      checks.passed("algorithms", "tokens are signed by " + String.join(", ", algorithms));
    } else {
      checks.warning(
          "algorithms",
          "tokens are signed by %s".formatted(String.join(", ", algorithms)),
          "sign with RS256 or ES256; AWS takes RS and ES with 256, 384 and 512 only");
    }
  }
}
