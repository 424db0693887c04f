package io.webidentity.certificate;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.Base64;

/** PEM made by the JDK alone, so that tests do not read with what they wrote with. */
final class TestPem {
  private static final int LINE = 64;

  private TestPem() {}

  /** One block of RFC 7468. */
  static String encode(String label, byte[] der) {
    Base64.Encoder base64 = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, base64.encodeToString(der), label);
  }

  /** The key of a serving certificate, which only its key store gives away. */
  static PrivateKey key(ServingCertificate certificate) {
    try {
      return (PrivateKey) certificate.toKeyStore().getKey("serving", null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key store has no readable key", e);
    }
  }
}
