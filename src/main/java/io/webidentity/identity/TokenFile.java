package io.webidentity.identity;

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

  TokenFile(Path file) {
    this.file = file;
  }

  /** The token; the last one while the file cannot be read, or holds none. */
  @Override
  public String getToken() {
    try {
      SecretText read = SecretText.read(file, StandardCharsets.ISO_8859_1).strip();
      if (isBearerToken(read.exposeSecret())) {
        last = read;
      } else {
        log.warn("{} holds no token; the last one is used.", file);
      }
    } catch (IOException e) {
      log.warn("The token in {} cannot be read ({}); the last one is used.", file, e.toString());
    }
    return last.exposeSecret();
  }

  /** Whether a text can be sent as a bearer token. */
  static boolean isBearerToken(String text) {
    return BEARER_TOKEN.matcher(text).matches();
  }
}
