package io.webidentity.certificate;

import io.webidentity.secret.SecretText;
import io.webidentity.watch.FileProblem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemObjectGenerator;
import org.bouncycastle.util.io.pem.PemWriter;

/** Certificates and keys in PEM (RFC 7468). */
public final class Pem {
  private Pem() {}

  /**
   * Reads the certificates of a PEM text, in their order; other blocks are passed over.
   *
   * @param source what the text was read from, for messages
   * @throws UnusableCertificateException if a block is broken or there is none
   */
  public static List<X509Certificate> certificates(String pem, String source)
      throws UnusableCertificateException {
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<X509Certificate> certificates = new ArrayList<>();
      for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
        if (block instanceof X509CertificateHolder holder) {
          certificates.add(
              (X509Certificate)
                  factory.generateCertificate(new ByteArrayInputStream(holder.getEncoded())));
        }
      }
      if (certificates.isEmpty()) {
        throw new UnusableCertificateException(
            source + " has no CERTIFICATE block; write PEM, leaf first");
      }
      return certificates;
    } catch (IOException | CertificateException | IllegalArgumentException e) {
      throw new UnusableCertificateException(
          source + " has a certificate that is not valid PEM", e);
    }
  }

  /**
   * Reads the first private key of a PEM text: PKCS #8, PKCS #1 (RSA) or SEC 1 (EC), not encrypted.
   *
   * @param source what the text was read from, for messages
   * @throws UnusableCertificateException if there is none or it is encrypted or broken; without a
   *     cause, which might quote the key
   */
  public static PrivateKey privateKey(SecretText pem, String source)
      throws UnusableCertificateException {
    try (PEMParser parser = new PEMParser(new StringReader(pem.exposeSecret()))) {
      JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
      for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
        switch (block) {
          case PEMKeyPair pair -> {
            // The public half may be missing (SEC 1 makes it optional) and is not needed.
            return converter.getPrivateKey(pair.getPrivateKeyInfo());
          }
          case PrivateKeyInfo info -> {
            return converter.getPrivateKey(info);
          }
          case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _ ->
              throw new UnusableCertificateException(
                  source + " has an encrypted key; store it unencrypted");
          default -> {
            // EC parameters and certificates may stand before the key.
          }
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new UnusableCertificateException(source + " has a private key that is not valid PEM");
    }
    throw new UnusableCertificateException(source + " has no PRIVATE KEY block");
  }

  /** Writes certificates as PEM, in the order given. */
  public static byte[] write(List<X509Certificate> certificates) {
    List<PemObjectGenerator> blocks = new ArrayList<>();
    try {
      for (X509Certificate certificate : certificates) {
        blocks.add(new PemObject("CERTIFICATE", certificate.getEncoded()));
      }
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate could not be encoded", e);
    }
    return encode(blocks);
  }

  /** Writes a private key as PEM: PKCS #8, not encrypted. */
  static byte[] write(PrivateKey key) {
    return encode(List.of(new PemObject("PRIVATE KEY", key.getEncoded())));
  }

  private static byte[] encode(List<PemObjectGenerator> blocks) {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      for (PemObjectGenerator block : blocks) {
        writer.writeObject(block);
      }
    } catch (IOException e) {
      throw new IllegalStateException("PEM could not be written", e);
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The text of a PEM file.
   *
   * @param purpose what the file has to hold, for the message where it is missing
   * @throws UnusableCertificateException if it is missing or cannot be read
   */
  static String read(Path file, String purpose) throws UnusableCertificateException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new UnusableCertificateException(
          file + " does not exist; mount " + purpose + " there", e);
    } catch (IOException e) {
      throw new UnusableCertificateException(
          file + " cannot be read (" + FileProblem.of(e) + "); check its permissions", e);
    }
  }
}
