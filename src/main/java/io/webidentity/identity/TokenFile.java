package io.webidentity.identity;

import io.fabric8.kubernetes.client.OAuthTokenProvider;
import java.io.IOException;
import java.nio.file.Files;
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
  /** <a href="https://www.rfc-editor.org/rfc/rfc6750#section-2.1">RFC 6750, b64token</a>. */
  private static final Pattern BEARER = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private static final Logger log = LoggerFactory.getLogger(TokenFile.class);

  private final Path file;
  private volatile String last = "";
  private volatile String lastProblem = "";

  TokenFile(Path file) {
    this.file = file;
  }

  /** The token, without blanks around it; the last one while the file has none. */
  @Override
  public String getToken() {
    String problem = "";
    try {
      String token = Files.readString(file).strip();
      if (BEARER.matcher(token).matches()) {
        last = token;
      } else {
        // Never the content: most of it may be a token.
        problem = token.isEmpty() ? "the file is empty" : "it has characters that no token has";
      }
    } catch (IOException e) {
      problem = e.toString();
    }
    report(problem);
    return last;
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
