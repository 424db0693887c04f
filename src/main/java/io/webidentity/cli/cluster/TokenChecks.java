package io.webidentity.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.account.AccountKey;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.kubernetes.ApiObjects.RefusedException;
import io.webidentity.secret.SecretText;
import io.webidentity.secret.TokenClaims;
import io.webidentity.watch.UnusableContentException;
import java.util.Optional;

/** A token as pods of an account get it: what it says, and whether it opens more than STS. */
final class TokenChecks {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The shortest life that API servers give, seconds. */
  private static final int SECONDS = 600;

  private final Checks checks;
  private final ApiObjects api;

  TokenChecks(Checks checks, ApiObjects api) {
    this.checks = checks;
    this.api = api;
  }

  /**
   * Asks for a token with this audience, and shows its claims; never the token.
   *
   * @return the token; empty if the API server gives none
   */
  Optional<SecretText> examine(AccountKey account, String audience)
      throws UnusableContentException {
    ObjectNode request = JSON.createObjectNode();
    request.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenRequest");
    ObjectNode spec = request.putObject("spec").put("expirationSeconds", SECONDS);
    spec.putArray("audiences").add(audience);
    try {
      JsonNode answer =
          api.create(
              "/api/v1/namespaces/%s/serviceaccounts/%s/token"
                  .formatted(account.namespace(), account.name()),
              request);
      SecretText token = SecretText.of(answer.at("/status/token").asText(""));
      claims(token);
      reviewed(token, audience);
      return Optional.of(token);
    } catch (RefusedException refused) {
      checks.skipped(
          "token",
          "the API server gives no token of %s: %s".formatted(account, refused.getMessage()));
      return Optional.empty();
    }
  }

  private void claims(SecretText token) throws UnusableContentException {
    TokenClaims claims =
        TokenClaims.of(token)
            .orElseThrow(
                () -> new UnusableContentException("the API server's token is no JWT (RFC 7519)"));
    checks.passed(
        "token",
        "iss %s, sub %s, aud %s, exp %s"
            .formatted(
                claims.issuer(),
                claims.subject(),
                String.join(", ", claims.audience()),
                claims.expiry()));
  }

  /** Without audiences, the API server reviews a token as one for itself. */
  private void reviewed(SecretText token, String audience) throws UnusableContentException {
    ObjectNode review = JSON.createObjectNode();
    review.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenReview");
    review.putObject("spec").put("token", token.exposeSecret());
    try {
      JsonNode answer = api.create("/apis/authentication.k8s.io/v1/tokenreviews", review);
      if (answer.at("/status/authenticated").asBoolean(false)) {
        checks.warning(
            "token-audience",
            "the API server takes tokens with the audience %s as its own".formatted(audience),
            "leave that audience out of --api-audiences");
      } else {
        checks.passed("token-audience", "the API server does not take the token as its own");
      }
    } catch (RefusedException refused) {
      checks.skipped("token-audience", "you may not review tokens: " + refused.getMessage());
    }
  }
}
