package io.webidentity.identity;

import io.fabric8.kubernetes.client.OAuthTokenProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bearer token in a file, read for every request: the kubelet replaces a pod's about every hour,
 * and the file lies in memory.
 */
final class TokenFile implements OAuthTokenProvider {
  private static final Logger log = LoggerFactory.getLogger(TokenFile.class);

  private final Path file;
  private volatile String last = "";

  TokenFile(Path file) {
    this.file = file;
  }

  /** The token; the last one while the file cannot be read. */
  @Override
  public String getToken() {
    try {
      last = Files.readString(file).strip();
    } catch (IOException e) {
      log.warn("The token in {} cannot be read ({}); the last one is used.", file, e.toString());
    }
    return last;
  }
}
