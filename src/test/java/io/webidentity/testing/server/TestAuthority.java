package io.webidentity.testing.server;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
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
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority for the servers of one test run. Apart from the product's own, which must
 * not vouch for itself in tests.
 */
public final class TestAuthority {
  private static final Duration LIFETIME = Duration.ofDays(2);

  /** Common name of every leaf that nobody named otherwise. */
  public static final String LEAF = "webhook-test-server";

  private static final X500Name NAME = new X500Name("CN=webhook-test-authority");

  private final KeyPair key = newKey();
  private final String pem;

  /** Makes the authority, with a fresh key. */
  public TestAuthority() {
    try {
      JcaX509v3CertificateBuilder builder = builder(NAME, key);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      this.pem = sign(builder);
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The authority's certificate, PEM. */
  public String pem() {
    return pem;
  }

  /** A serving certificate for hosts, names or addresses, with a key of its own. */
  public Issued issue(Collection<String> hosts) {
    return issue(hosts, usualBegin(), LIFETIME);
  }

  /** The same, with another life. */
  public Issued issue(Collection<String> hosts, Instant from, Duration life) {
    KeyPair leaf = newKey();
    try {
      return new Issued(
          sign(leafBuilder(builder(new X500Name("CN=" + LEAF), leaf, from, life), hosts)),
          pem("PRIVATE KEY", leaf.getPrivate().getEncoded()));
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A TLS context of a server for this host, name or address. */
  public SSLContext serverContext(String host) {
    KeyPair leaf = newKey();
    try {
      X509Certificate certificate = signed(leafBuilder(List.of(host), leaf));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers(leaf, certificate), null, null);
      return context;
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A TLS context of a client with a certificate of this authority, which trusts servers of another
   * one.
   *
   * @param purpose what the certificate is for, in its extended key usage
   * @param servers authority of the servers, a PEM file
   */
  public SSLContext clientContext(KeyPurposeId purpose, Path servers) throws IOException {
    return clientContext(new X500Name("CN=webhook-test-client"), purpose, servers);
  }

  /** The same, with a certificate of this subject. */
  public SSLContext clientContext(X500Name subject, KeyPurposeId purpose, Path servers)
      throws IOException {
    KeyPair leaf = newKey();
    try {
      JcaX509v3CertificateBuilder builder =
          leafBuilder(subject, List.of("client.webhook.test"), leaf);
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      return TrustingClients.sslContext(servers, keyManagers(leaf, signed(builder)));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A certificate and its key, PEM.
   *
   * @param certificate the leaf alone
   * @param key unencrypted PKCS#8
   */
  public record Issued(String certificate, String key) {
    @Override
    public String toString() {
      return "Issued[" + certificate + "]";
    }
  }

  private static KeyManager[] keyManagers(KeyPair key, X509Certificate certificate)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    char[] noPassword = new char[0];
    store.setKeyEntry("leaf", key.getPrivate(), noPassword, new Certificate[] {certificate});
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, noPassword);
    return keys.getKeyManagers();
  }

  /** A fresh ECDSA P-256 key. */
  public static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** RFC 7468 text of a DER structure. */
  public static String pem(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type);
  }

  private static GeneralName subject(String host) {
    boolean address = host.contains(":") || host.matches("[0-9.]+");
    return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
  }

  private static JcaX509v3CertificateBuilder builder(X500Name subject, KeyPair subjectKey) {
    return builder(subject, subjectKey, usualBegin(), LIFETIME);
  }

  /** An hour back, for clocks of containers that lag. */
  private static Instant usualBegin() {
    return Instant.now().minus(Duration.ofHours(1));
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name subject, KeyPair subjectKey, Instant from, Duration life) {
    return new JcaX509v3CertificateBuilder(
        NAME,
        BigInteger.valueOf(System.nanoTime()),
        Date.from(from),
        Date.from(from.plus(life)),
        subject,
        subjectKey.getPublic());
  }

  private static JcaX509v3CertificateBuilder leafBuilder(Collection<String> hosts, KeyPair leaf)
      throws CertIOException {
    return leafBuilder(new X500Name("CN=" + LEAF), hosts, leaf);
  }

  private static JcaX509v3CertificateBuilder leafBuilder(
      X500Name subject, Collection<String> hosts, KeyPair leaf) throws CertIOException {
    return leafBuilder(builder(subject, leaf), hosts);
  }

  private static JcaX509v3CertificateBuilder leafBuilder(
      JcaX509v3CertificateBuilder builder, Collection<String> hosts) throws CertIOException {
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(hosts.stream().map(TestAuthority::subject).toArray(GeneralName[]::new)));
    return builder;
  }

  private X509Certificate signed(JcaX509v3CertificateBuilder builder)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
  }

  private String sign(JcaX509v3CertificateBuilder builder) {
    try {
      return pem("CERTIFICATE", signed(builder).getEncoded());
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }
}
