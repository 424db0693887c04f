package io.webidentity.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Certificates and keys of a control plane, as PEM files in one folder: an authority, the API
 * server's serving certificate, and the key that signs ServiceAccount tokens.
 */
record ClusterCertificates(Path folder) {
  private static final Duration LIFETIME = Duration.ofDays(2);
  private static final X500Name AUTHORITY = new X500Name("CN=webhook-test-authority");

  /** Makes them all, for an API server at the loopback addresses. */
  static ClusterCertificates in(Path folder) {
    ClusterCertificates files = new ClusterCertificates(folder);
    try {
      KeyPair authority = newKey();
      KeyPair server = newKey();
      KeyPair tokens = newKey();
      write(files.authority(), "CERTIFICATE", authorityCertificate(authority).getEncoded());
      write(
          files.serverCertificate(),
          "CERTIFICATE",
          serverCertificate(server, authority).getEncoded());
      write(files.serverKey(), "PRIVATE KEY", server.getPrivate().getEncoded());
      write(files.tokenKey(), "PRIVATE KEY", tokens.getPrivate().getEncoded());
      write(files.tokenPublicKey(), "PUBLIC KEY", tokens.getPublic().getEncoded());
      return files;
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path authority() {
    return folder.resolve("ca.crt");
  }

  Path serverCertificate() {
    return folder.resolve("apiserver.crt");
  }

  Path serverKey() {
    return folder.resolve("apiserver.key");
  }

  Path tokenKey() {
    return folder.resolve("sa.key");
  }

  Path tokenPublicKey() {
    return folder.resolve("sa.pub");
  }

  private static KeyPair newKey() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static X509Certificate authorityCertificate(KeyPair key)
      throws GeneralSecurityException, OperatorCreationException, CertIOException {
    JcaX509v3CertificateBuilder builder = builder(AUTHORITY, key);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    return sign(builder, key);
  }

  private static X509Certificate serverCertificate(KeyPair key, KeyPair authority)
      throws GeneralSecurityException, OperatorCreationException, CertIOException {
    JcaX509v3CertificateBuilder builder = builder(new X500Name("CN=kube-apiserver"), key);
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
              new GeneralName(GeneralName.dNSName, "localhost"),
              new GeneralName(GeneralName.dNSName, "kubernetes.default.svc")
            }));
    return sign(builder, authority);
  }

  private static JcaX509v3CertificateBuilder builder(X500Name subject, KeyPair key) {
    // An hour back, for clocks of containers that lag.
    Instant from = Instant.now().minus(Duration.ofHours(1));
    return new JcaX509v3CertificateBuilder(
        AUTHORITY,
        BigInteger.valueOf(System.nanoTime()),
        Date.from(from),
        Date.from(from.plus(LIFETIME)),
        subject,
        key.getPublic());
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, KeyPair authority)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate())));
  }

  private static void write(Path file, String type, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type));
  }
}
