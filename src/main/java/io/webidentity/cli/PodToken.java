package io.webidentity.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.webidentity.secret.SecretText;
import io.webidentity.watch.FileProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * What a ServiceAccount token says of itself (RFC 7519). Not verified, and never the token itself.
 *
 * @param file where it was read
 * @param subject {@code system:serviceaccount:<namespace>:<name>}
 * @param audience whom it is for
 * @param issuer who signed it
 * @param expiry when it ends
 */
record PodToken(Path file, String subject, List<String> audience, String issuer, Instant expiry) {
  private static final int PARTS = 3;

  /** There is no token that could be used, and why. */
  static final class UnusableTokenException extends Exception {
    private static final long serialVersionUID = 1;

    UnusableTokenException(String message) {
      super(message);
    }
  }

  /**
   * Reads a token.
   *
   * @throws UnusableTokenException if there is none, or it is no JSON web token
   */
  static PodToken read(Path file) throws UnusableTokenException {
    String[] parts = text(file).strip().exposeSecret().split("\\.", -1);
    if (parts.length != PARTS) {
      throw malformed(file);
    }
    try {
      JsonNode claims =
          JsonMapper.builder().build().readTree(Base64.getUrlDecoder().decode(parts[1]));
      if (!claims.path("sub").isTextual() || !claims.path("exp").isNumber()) {
        throw malformed(file);
      }
      JsonNode audience = claims.path("aud");
      List<String> audiences = new ArrayList<>();
      if (audience.isArray()) {
        audience.forEach(one -> audiences.add(one.asText()));
      } else {
        audiences.add(audience.asText());
      }
      return new PodToken(
          file,
          claims.path("sub").asText(),
          List.copyOf(audiences),
          claims.path("iss").asText(),
          Instant.ofEpochSecond(claims.path("exp").asLong()));
    } catch (IOException | IllegalArgumentException _) {
      throw malformed(file);
    }
  }

  private static SecretText text(Path file) throws UnusableTokenException {
    try {
      return SecretText.read(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException _) {
      throw new UnusableTokenException(
          file + " does not exist: the pod has the variables, but not the token's volume mounted.");
    } catch (AccessDeniedException _) {
      throw new UnusableTokenException(
          file + " may not be read by this user; set the pod's securityContext.fsGroup.");
    } catch (IOException e) {
      throw new UnusableTokenException(file + " cannot be read (" + FileProblem.of(e) + ").");
    }
  }

  private static UnusableTokenException malformed(Path file) {
    return new UnusableTokenException(file + " holds no JSON web token.");
  }
}
