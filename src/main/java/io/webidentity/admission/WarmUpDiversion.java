package io.webidentity.admission;

import io.webidentity.secret.SecretText;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Leads the warm-up's requests to parts of their own, whose counters nobody sees. They are told by
 * a parameter of their media type: a random text that never leaves the process. Who does not know
 * it cannot get there, and would find nothing: those parts know no account of the cluster. It stays
 * in place: a request may be under way when the warm-up's time is over, and must not be counted
 * then.
 */
public final class WarmUpDiversion {
  private static final int SECRET_BYTES = 32;

  private final SecretText contentType;
  private volatile @Nullable MutateEndpoint endpoint;

  /** With a new secret, and leading nowhere yet. */
  public WarmUpDiversion() {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    contentType =
        SecretText.of(MutateEndpoint.JSON + "; warm-up=" + HexFormat.of().formatHex(secret));
  }

  /** Content-Type of the warm-up's requests. */
  public SecretText contentType() {
    return contentType;
  }

  /** Leads the warm-up's requests there from now on. */
  public void open(MutateEndpoint warmUp) {
    endpoint = warmUp;
  }

  /** Where a request with this Content-Type is led; null, as almost always: nowhere else. */
  @Nullable MutateEndpoint of(@Nullable String given) {
    MutateEndpoint open = endpoint;
    return open == null
            || given == null
            || given.equals(MutateEndpoint.JSON)
            || !contentType.equals(SecretText.of(given))
        ? null
        : open;
  }
}
