package io.webidentity.kubernetes;

import io.fabric8.kubernetes.client.OAuthTokenProvider;
import io.webidentity.secret.SecretText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bearer token in a file, read for every request: the kubelet replaces a pod's about every hour,
 * and the file lies in memory.
 *
 * <p>A file without a token that a header field can carry changes nothing: the last token is used.
 * Before the first there is none, and requests go without one, which API servers refuse.
 */
final class TokenFile implements OAuthTokenProvider {
  private static final Logger log = LoggerFactory.getLogger(TokenFile.class);

  /**
   * Visible ASCII, which is more than RFC 6750, section 2.1, has: API servers take such tokens,
   * too. Of any other text the HTTP client says that it is no header, and quotes it.
   */
  private static final Pattern BEARER_TOKEN = Pattern.compile("[!-~]+");

  private final Path file;
  private volatile SecretText last = SecretText.of("");
  private volatile String lastProblem = "";

  TokenFile(Path file) {
    this.file = file;
  }

  /** The token, without blanks around it; the last one while the file has none. */
  @Override
  public String getToken() {
    String problem = "";
    try {
      SecretText read = SecretText.read(file, StandardCharsets.ISO_8859_1).strip();
      String token = read.exposeSecret();
      if (isBearerToken(token)) {
        last = read;
      } else {
        // Never the content: most of it may be a token.
        problem = token.isEmpty() ? "the file is empty" : "it has characters that no token has";
      }
    } catch (IOException e) {
      problem = e.toString();
    }
    report(problem);
    return last.exposeSecret();
  }

  /** Whether a text can be sent as a bearer token. */
  static boolean isBearerToken(String text) {
    return BEARER_TOKEN.matcher(text).matches();
  }

  /** Logs a problem that is unlike the one before. */
  private void report(String problem) {
    if (!problem.equals(lastProblem)) {
      lastProblem = problem;
      if (!problem.isEmpty()) {
        log.warn("The token in {} cannot be used ({}); the last one is used.", file, problem);
      }
    }
  }
}
