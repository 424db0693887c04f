package io.webidentity.admission;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Leads the warm-up's requests to parts of their own, whose counters nobody sees, for as long as
 * the warm-up lasts. They are told by a parameter of their media type: a random text that never
 * leaves the process. Who does not know it cannot get there, and would find nothing: those parts
 * know no account of the cluster.
 */
public final class WarmUpDiversion {
  private static final int SECRET_BYTES = 32;

  private final String contentType;
  private volatile @Nullable MutateEndpoint endpoint;

  /** With a new secret, and closed. */
  public WarmUpDiversion() {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    contentType = MutateEndpoint.JSON + "; warm-up=" + HexFormat.of().formatHex(secret);
  }

  /** Content-Type of the warm-up's requests. */
  public String contentType() {
    return contentType;
  }

  /** Leads the warm-up's requests there from now on. */
  public void open(MutateEndpoint warmUp) {
    endpoint = warmUp;
  }

  /** From now on, the warm-up's requests are like any other. */
  public void close() {
    endpoint = null;
  }

  /** Where a request with this Content-Type is led; null, as almost always: nowhere else. */
  @Nullable MutateEndpoint of(@Nullable String given) {
    MutateEndpoint open = endpoint;
    return open != null && given != null && isSecret(given) ? open : null;
  }

  /** In a time that does not tell how much of it is right. */
  private boolean isSecret(String given) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), contentType.getBytes(StandardCharsets.UTF_8));
  }
}
