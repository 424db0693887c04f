package io.webidentity.certificate;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.crypto.spec.PBEParameterSpec;
import org.jspecify.annotations.Nullable;

/** A private key and the certificate chain that belongs to it. Never prints the key. */
public final class ServingCertificate {
  private static final String ALIAS = "serving";
  private static final int CHALLENGE_BYTES = 32;
  private static final int SALT_BYTES = 16;

  /** Kubelet asks every 10 s, and API servers learn of it some seconds later. */
  private static final Duration LONGEST_FAREWELL = Duration.ofMinutes(1);

  private static final int FAREWELL_FRACTION = 10;

  /**
   * A PKCS #12 store encrypts keys even without a password. Derived once instead of the usual
   * 10,000 times, the key to that takes no time: a fifth of a start went into deriving it.
   */
  private static final KeyStore.PasswordProtection NO_PASSWORD =
      new KeyStore.PasswordProtection(
          new char[0],
          "PBEWithHmacSHA256AndAES_128",
          new PBEParameterSpec(new byte[SALT_BYTES], 1));

  private final PrivateKey key;
  private final List<X509Certificate> chain;

  /**
   * A pair whose halves have been checked against each other.
   *
   * @param key the private key
   * @param chain the certificates, leaf first
   * @throws UnusableCertificateException if the leaf is for another key, or the key of a kind TLS
   *     does not use
   */
  public ServingCertificate(PrivateKey key, List<X509Certificate> chain)
      throws UnusableCertificateException {
    this.key = key;
    this.chain = List.copyOf(chain);
    if (!signaturesMatch(key, chain.getFirst())) {
      throw new UnusableCertificateException(
          "the private key does not belong to the certificate of "
              + chain.getFirst().getSubjectX500Principal());
    }
  }

  /** When the first of the chain's certificates expires. */
  public Instant notAfter() {
    return chain.stream()
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /** When the last of the chain's certificates becomes valid. */
  public Instant notBefore() {
    return chain.stream()
        .map(certificate -> certificate.getNotBefore().toInstant())
        .max(Instant::compareTo)
        .orElseThrow();
  }

  /** Whether clients with this time accept the chain's dates. */
  public boolean isValidAt(Instant time) {
    return !time.isBefore(notBefore()) && !time.isAfter(notAfter());
  }

  /**
   * Whether this has ended, or will before everybody has learned of it: in a minute, or in a tenth
   * of a shorter life, as the built-in authority changes certificates a sixth before the end.
   */
  public boolean isEnding(Instant now) {
    Duration tenth =
        Duration.between(SelfSignedAuthority.issuedAt(leaf()), notAfter())
            .dividedBy(FAREWELL_FRACTION);
    Duration farewell = tenth.compareTo(LONGEST_FAREWELL) < 0 ? tenth : LONGEST_FAREWELL;
    return !now.isBefore(notAfter().minus(farewell));
  }

  /** The certificates, leaf first. */
  List<X509Certificate> chain() {
    return chain;
  }

  /** The last certificate of the chain: the authority, where the chain is complete. */
  X509Certificate authority() {
    return chain.getLast();
  }

  /** The private key as PEM (PKCS #8): the one way by which it leaves the process. */
  byte[] exportKeyPem() {
    return Pem.write(key);
  }

  /** The certificate that clients see first. */
  public X509Certificate leaf() {
    return chain.getFirst();
  }

  /** An in-memory key store with this one entry and no password, as TLS libraries want it. */
  public KeyStore toKeyStore() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setEntry(
          ALIAS, new KeyStore.PrivateKeyEntry(key, chain.toArray(Certificate[]::new)), NO_PASSWORD);
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("an in-memory key store could not be made", e);
    }
  }

  /** Whether the chains are the same; a chain says which key belongs to it. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ServingCertificate that && chain.equals(that.chain);
  }

  @Override
  public int hashCode() {
    return chain.hashCode();
  }

  @Override
  public String toString() {
    return "ServingCertificate[" + leaf().getSubjectX500Principal() + ", until " + notAfter() + "]";
  }

  private static boolean signaturesMatch(PrivateKey key, X509Certificate certificate)
      throws UnusableCertificateException {
    String algorithm = signatureAlgorithm(key);
    byte[] challenge = new byte[CHALLENGE_BYTES];
    new SecureRandom().nextBytes(challenge);
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(challenge);
      byte[] signature = signer.sign();
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(certificate.getPublicKey());
      verifier.update(challenge);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      // An RSA key with an EC certificate fails here rather than in verify().
      return false;
    }
  }

  private static String signatureAlgorithm(PrivateKey key) throws UnusableCertificateException {
    return switch (key.getAlgorithm()) {
      case "EC", "ECDSA" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default ->
          throw new UnusableCertificateException(
              "keys of type "
                  + key.getAlgorithm()
                  + " cannot be served (BoringSSL has no Ed25519); use ECDSA P-256 or RSA");
    };
  }
}
