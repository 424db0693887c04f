package io.webidentity.cli;

import io.webidentity.secret.SecretText;
import io.webidentity.secret.TokenClaims;
import io.webidentity.watch.FileProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The token in a pod's file. */
final class PodToken {
  private PodToken() {}

  /** There is no token that could be used, and why. */
  static final class UnusableTokenException extends Exception {
    private static final long serialVersionUID = 1;

    UnusableTokenException(String message) {
      super(message);
    }
  }

  /**
   * Reads what a token says of itself.
   *
   * @throws UnusableTokenException if there is none, or it is no JSON web token
   */
  static TokenClaims read(Path file) throws UnusableTokenException {
    return TokenClaims.of(text(file))
        .orElseThrow(() -> new UnusableTokenException(file + " holds no JSON web token."));
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
}
