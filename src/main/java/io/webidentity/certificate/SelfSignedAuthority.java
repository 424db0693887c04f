package io.webidentity.certificate;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority whose key never leaves the process. ECDSA P-256 throughout. */
public final class SelfSignedAuthority {
  /** Clocks of other machines may be a little behind. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private static final int SERIAL_BITS = 128;
  private static final List<String> LOOPBACK_ADDRESSES = List.of("127.0.0.1", "::1");

  private final Clock clock;
  private final Duration lifetime;
  private final KeyPair keys;
  private final X500Name name = new X500Name("CN=web-identity-webhook self-signed authority");
  private final X509Certificate certificate;

  /**
   * Makes the authority, with a fresh key, valid from now on the given clock.
   *
   * @param lifetime from now to its expiry, and from issue to expiry for what it issues
   */
  public SelfSignedAuthority(Clock clock, Duration lifetime) {
    this(clock, lifetime, SelfSignedAuthority::addAuthorityExtensions);
  }

  private SelfSignedAuthority(Clock clock, Duration lifetime, Extensions extensions) {
    this.clock = clock;
    this.lifetime = lifetime;
    this.keys = newKeys();
    this.certificate = issue(keys, name, extensions);
  }

  /**
   * A serving certificate for localhost that has signed itself: no client can trust it, and it
   * takes one key, not two.
   */
  public static ServingCertificate standIn(Clock clock, Duration lifetime) {
    SelfSignedAuthority itself =
        new SelfSignedAuthority(
            clock,
            lifetime,
            builder -> addServingExtensions(builder, dnsNames(List.of("localhost"))));
    return serving(itself.keys, List.of(itself.certificate));
  }

  /** The authority's certificate, for clients to trust. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** When a certificate was issued by such an authority. */
  static Instant issuedAt(X509Certificate certificate) {
    return certificate.getNotBefore().toInstant().plus(CLOCK_SKEW);
  }

  /** Issues a serving certificate for localhost, the loopback addresses and further DNS names. */
  public ServingCertificate issueForLoopback(List<String> dnsNames) {
    List<GeneralName> names = new ArrayList<>();
    names.add(new GeneralName(GeneralName.dNSName, "localhost"));
    names.addAll(dnsNames(dnsNames));
    LOOPBACK_ADDRESSES.forEach(
        address -> names.add(new GeneralName(GeneralName.iPAddress, address)));
    return issueFor(names);
  }

  /** Issues a serving certificate for the DNS names given. */
  public ServingCertificate issueServing(List<String> dnsNames) {
    return issueFor(dnsNames(dnsNames));
  }

  private static List<GeneralName> dnsNames(List<String> names) {
    return names.stream().map(name -> new GeneralName(GeneralName.dNSName, name)).toList();
  }

  private ServingCertificate issueFor(List<GeneralName> names) {
    KeyPair leafKeys = newKeys();
    X500Name subject = new X500Name("CN=web-identity-webhook");
    X509Certificate leaf =
        issue(leafKeys, subject, builder -> addServingExtensions(builder, names));
    return serving(leafKeys, List.of(leaf, certificate));
  }

  private static ServingCertificate serving(KeyPair keys, List<X509Certificate> chain) {
    try {
      return new ServingCertificate(keys.getPrivate(), chain);
    } catch (UnusableCertificateException e) {
      throw new IllegalStateException("a certificate just issued does not match its key", e);
    }
  }

  private X509Certificate issue(KeyPair subjectKeys, X500Name subject, Extensions extensions) {
    Instant now = clock.instant();
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0),
              Date.from(now.minus(CLOCK_SKEW)),
              Date.from(now.plus(lifetime)),
              subject,
              subjectKeys.getPublic());
      JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          identifiers.createSubjectKeyIdentifier(subjectKeys.getPublic()));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          identifiers.createAuthorityKeyIdentifier(keys.getPublic()));
      extensions.addTo(builder);
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new IllegalStateException("a certificate could not be issued", e);
    }
  }

  private static void addAuthorityExtensions(JcaX509v3CertificateBuilder builder)
      throws CertIOException {
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    builder.addExtension(
        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
  }

  private static void addServingExtensions(
      JcaX509v3CertificateBuilder builder, List<GeneralName> names) throws CertIOException {
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(names.toArray(GeneralName[]::new)));
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("ECDSA P-256 is not available in this runtime", e);
    }
  }

  private interface Extensions {
    void addTo(JcaX509v3CertificateBuilder builder) throws CertIOException;
  }
}
