package io.webidentity.secret;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What a ServiceAccount token says of itself (RFC 7519). Not verified, and never the token itself.
 *
 * @param subject {@code system:serviceaccount:<namespace>:<name>}
 * @param audience whom it is for
 * @param issuer who signed it
 * @param expiry when it ends
 */
public record TokenClaims(String subject, List<String> audience, String issuer, Instant expiry) {
  private static final int PARTS = 3;

  public TokenClaims {
    audience = List.copyOf(audience);
  }

  /** The claims of a token; empty if the text is no JSON web token with subject and expiry. */
  public static Optional<TokenClaims> of(SecretText text) {
    String[] parts = text.strip().exposeSecret().split("\\.", -1);
    if (parts.length != PARTS) {
      return Optional.empty();
    }
    try {
      JsonNode claims =
          JsonMapper.builder().build().readTree(Base64.getUrlDecoder().decode(parts[1]));
      return claims.path("sub").isTextual() && claims.path("exp").isNumber()
          ? Optional.of(of(claims))
          : Optional.empty();
    } catch (IOException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static TokenClaims of(JsonNode claims) {
    JsonNode audience = claims.path("aud");
    List<String> audiences = new ArrayList<>();
    if (audience.isArray()) {
      audience.forEach(one -> audiences.add(one.asText()));
    } else {
      audiences.add(audience.asText());
    }
    return new TokenClaims(
        claims.path("sub").asText(),
        audiences,
        claims.path("iss").asText(),
        Instant.ofEpochSecond(claims.path("exp").asLong()));
  }
}
