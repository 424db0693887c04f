package io.webidentity.admission;

import io.webidentity.admission.Answer.Failure;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** Decides who may ask. */
@FunctionalInterface
public interface CallerCheck {
  /** Whoever reaches the port. */
  CallerCheck EVERYBODY = _ -> Caller.ALLOWED;

  /**
   * Judges a caller.
   *
   * @param session its TLS session
   */
  Caller check(Optional<SSLSession> session);

  /** What a caller is. */
  enum Caller {
    /** May ask. */
    ALLOWED(""),
    /** Has shown no client certificate. */
    UNKNOWN(
        "no client certificate: --client-ca is set, so that /mutate answers only API servers whose"
            + " admission configuration has a kubeConfigFile with one"),
    /** Has shown a client certificate that is worth nothing here. */
    STRANGER(
        "the client certificate is not a valid one of the CAs that --client-ca names;"
            + " correct the kubeConfigFile of the API server's admission configuration, or that"
            + " file"),
    /** Has shown a valid client certificate, of a name that does not count. */
    NOT_NAMED(
        "the common name of the client certificate is none of those that --client-names lists;"
            + " correct the kubeConfigFile of the API server's admission configuration, or that"
            + " list");

    private final String refusal;

    Caller(String refusal) {
      this.refusal = refusal;
    }

    /** Why such a caller is {@link Failure#FORBIDDEN}: one sentence, for the API server's log. */
    String refusal() {
      return refusal;
    }
  }
}
